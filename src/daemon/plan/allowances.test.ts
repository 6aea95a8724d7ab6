import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WalletConfig } from "../../config/types.ts";
import type { TransferRow } from "../../transfers/types.ts";
import type { Venue, VenueAllowance } from "../../venues/port.ts";
import type { OwnTransfer } from "../observe/own_transfers.ts";
import { newState } from "../state.ts";
import type { DaemonDeps } from "../types.ts";
import { allowanceAt, allowanceRoom, readAllowance } from "./allowances.ts";

const NOW = 1_000_000;
const HOUR = 3_600_000;
const SEEN: VenueAllowance = {
  ...{ amount: 1_000n, remaining: 400n, period_ms: HOUR, resets_at: NOW + HOUR },
  ...{ delegate: "0xd", problem: null, as_of: NOW },
};
const wallet = { id: "safe", venue: "v", asset: "USDT", account: "0xsafe", stale_after_ms: 2 * HOUR } as WalletConfig;
const depsOf = (venue: Partial<Venue>): DaemonDeps =>
  ({ venues: new Map([["v", venue]]), log: { warn: () => {} } }) as unknown as DaemonDeps;
const owned = depsOf({ readAllowance: async () => SEEN });
const row = (more: Partial<TransferRow>): OwnTransfer => ({
  row: {
    ...{ state: "submitted", from_wallet: "safe", amount: 100n, plan: { envelope: { id: "e", digest: "d" } } },
    ...more,
  } as TransferRow,
  movements: [],
});

describe("an allowance as it stands", () => {
  it("is whole again from the instant its period ends, and says when the next one does", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 * HOUR }), (passed) => {
        const at = allowanceAt(SEEN, NOW + passed);
        expect(at.remaining).toBe(passed < HOUR ? 400n : 1_000n);
        const resets_at = at.resets_at ?? 0;
        expect(resets_at).toBeGreaterThan(NOW + passed);
        expect(resets_at - (NOW + passed)).toBeLessThanOrEqual(HOUR);
        expect((resets_at - NOW) % HOUR).toBe(0);
      }),
    );
  });

  it("stays what it was without a period", () => {
    const once = { ...SEEN, period_ms: null, resets_at: null };
    expect(allowanceAt(once, NOW + 1_000 * HOUR)).toBe(once);
  });
});

describe("the room of a wallet", () => {
  const room = (seen: VenueAllowance | null, own: readonly OwnTransfer[] = [], now = NOW) => {
    const state = newState();
    if (seen !== null) state.allowances.set("safe", seen);
    return allowanceRoom(owned, state, wallet, own, now);
  };

  it("is what is left, less what is planned and not known to be paid", () => {
    expect(room(SEEN)?.left).toBe(400n);
    const own = [row({}), row({ state: "planned" }), row({ state: "settled" }), row({ from_wallet: "other" })];
    expect(room(SEEN, [...own, row({ plan: {} as TransferRow["plan"] })])?.left).toBe(200n);
    expect(room(SEEN, [row({ amount: 900n })])?.left).toBe(0n);
  });

  it("is nothing, with its reason, where nothing is known or allowed", () => {
    expect(room(null)).toMatchObject({ left: 0n, why: expect.stringContaining("not read yet") });
    expect(room(SEEN, [], NOW + 3 * HOUR)).toMatchObject({ left: 0n, why: expect.stringContaining("too long ago") });
    expect(room({ ...SEEN, problem: "not enabled" })).toEqual({ left: 0n, why: "not enabled" });
  });

  it("is no question where there are no owners to ask", () => {
    expect(allowanceRoom(depsOf({}), newState(), wallet, [], NOW)).toBeNull();
  });
});

describe("reading it", () => {
  it("keeps the last known when it cannot be read", async () => {
    const state = newState();
    await readAllowance(owned, state, wallet);
    await readAllowance(depsOf({ readAllowance: () => Promise.reject(new Error("down")) }), state, wallet);
    expect(state.allowances.get("safe")).toBe(SEEN);
    await readAllowance(depsOf({}), newState(), wallet);
  });
});
