import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TreasuryConfig, WalletConfig } from "../config/types.ts";
import type { WalletStatus } from "../policy/types.ts";
import { EDGES, TERMINAL } from "../transfers/states.ts";
import { UNFINISHED } from "./empty.ts";
import { changeProblem, effectiveStatus, isGuarded, lifecycleOf, withStandings } from "./lifecycle.ts";
import type { Lifecycle, WalletStandingRow } from "./types.ts";

const STATES: readonly Lifecycle[] = ["created", "active", "suspended", "archived"];
const DECLARED: readonly WalletStatus[] = [
  ...["requested", "creating", "created", "active", "suspended", "archiving", "archived"],
] as WalletStatus[];
const MOVES: readonly WalletStatus[] = ["active", "archiving"];
const declared = fc.constantFrom(...DECLARED);
const wanted = fc.array(fc.constantFrom(...STATES), { maxLength: 12 });

/** Lets people ask for one change after another; what is refused changes nothing. */
function walk(file: WalletStatus, changes: readonly Lifecycle[]): Lifecycle | null {
  return changes.reduce<Lifecycle | null>((state, to) => (changeProblem(file, state, to) === null ? to : state), null);
}

describe("a wallet's standing", () => {
  it("goes created, active, suspended and back, and ends archived, by these ways alone", () => {
    const ways = STATES.flatMap((from) =>
      STATES.filter((to) => changeProblem("created", from, to) === null).map((to) => `${from} -> ${to}`),
    );
    expect(ways).toEqual(["created -> active", "active -> suspended", "suspended -> active", "suspended -> archived"]);
  });

  it("never lets a wallet do more than its file, whatever people ask for, unless the file leaves it to them", () => {
    fc.assert(
      fc.property(declared, wanted, (file, changes) => {
        const status = effectiveStatus(file, walk(file, changes));
        if (file === "created") expect(STATES).toContain(status);
        else if (MOVES.includes(status)) expect(MOVES).toContain(file);
      }),
    );
  });

  it("moves nothing before people activated what the file calls created", () => {
    fc.assert(
      fc.property(wanted, (changes) => {
        const state = walk("created", changes);
        if (!changes.includes("active")) expect(effectiveStatus("created", state)).toBe("created");
      }),
    );
  });

  it("is archived for good, and only out of suspension", () => {
    fc.assert(
      fc.property(declared, wanted, wanted, (file, before, after) => {
        const reached = walk(file, before);
        if (reached === "archived") expect(walk(file, [...before, ...after])).toBe("archived");
        if (lifecycleOf(file, reached) !== "suspended") expect(changeProblem(file, reached, "archived")).not.toBeNull();
      }),
    );
  });

  it("ends where it said it would", () => {
    fc.assert(
      fc.property(declared, wanted, fc.constantFrom(...STATES), (file, changes, to) => {
        const state = walk(file, changes);
        if (changeProblem(file, state, to) === null) expect(lifecycleOf(file, to)).toBe(to);
      }),
    );
  });

  it("is judged the same out of the file's word and out of the stricter one that was read before", () => {
    fc.assert(
      fc.property(declared, fc.constantFrom(...STATES), (file, state) => {
        const seen = effectiveStatus(file, state);
        if (file !== "created") expect(effectiveStatus(seen, state)).toBe(seen);
      }),
    );
  });

  it("is in people's hands only where the file says so", () => {
    for (const file of ["requested", "creating", "archiving"] as const) {
      expect(changeProblem(file, null, "suspended")).toBe(`The file says "${file}": change it there.`);
    }
    expect(changeProblem("suspended", null, "active")).toBe('The file says "suspended": change it there.');
  });
});

describe("the configuration with standings", () => {
  const wallet = { id: "hot", status: "active" } as WalletConfig;
  const row = (state: Lifecycle): WalletStandingRow => ({
    ...{ wallet_id: "hot", state, reason: "", by: "person:ana", at: 1, version: 1 },
  });

  it("says what holds now, keeps the file's word, and is the same list while nothing changed", () => {
    let standings = new Map<string, WalletStandingRow>();
    const live = withStandings({ wallets: [wallet], address_book: [] } as unknown as TreasuryConfig, () => standings);
    expect(live.wallets).toEqual([wallet]);
    expect(live.wallets).toBe(live.wallets);
    standings = new Map([["hot", row("suspended")]]);
    expect(live.wallets).toEqual([{ ...wallet, declared: "active", status: "suspended" }]);
  });

  it("follows a file that adds wallets while it runs", () => {
    const config = { wallets: [wallet], address_book: [] as unknown[] };
    const live = withStandings(config as unknown as TreasuryConfig, () => new Map());
    expect(live.wallets).toHaveLength(1);
    config.wallets = [wallet, { ...wallet, id: "cold" }];
    config.address_book = [{}];
    expect([live.wallets.length, live.address_book.length]).toEqual([2, 1]);
  });

  it("reads on what people archived, and not what the file calls archived", () => {
    expect(isGuarded({ declared: "active", status: "archived" })).toBe(true);
    expect(isGuarded({ status: "archived" })).toBe(false);
    expect(isGuarded({ declared: "archived", status: "archived" })).toBe(false);
    expect(isGuarded({ declared: "active", status: "suspended" })).toBe(false);
  });
});

it("counts every state of a transfer as unfinished that is not an end", () => {
  const states = new Set(EDGES.flatMap(({ from, to }) => [from, to]));
  expect(new Set(UNFINISHED)).toEqual(new Set([...states].filter((state) => !TERMINAL.has(state))));
});
