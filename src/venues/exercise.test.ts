import { describe, expect, it } from "vitest";
import type { PreparedSubmit, TransferPlan } from "../transfers/types.ts";
import { VenueError } from "./errors.ts";
import { exerciseVenue } from "./exercise.ts";
import type { Venue } from "./port.ts";

const clock = { now: () => 0, sleep: async () => undefined };
const prepared: PreparedSubmit = { reference: "x1", body: {}, tx_hash: "0xabc", prepared_at: 0 };
const asked: string[] = [];

const good: Partial<Venue> = {
  id: "acme",
  capabilities: () => ({ networks: ["tron"], idempotency: { kind: "none" } }) as never,
  verify: async () => undefined,
  listWallets: async () => [{ account: "main", asset: "USDT", label: "Main" }],
  getBalance: async () => ({ total: 5n, available: 4n, pending_out: 1n }) as never,
  listNetworks: async () => [{ network: "tron", enabled: true, fee_fixed: 1n }] as never,
  getAddress: async () => ({ address: "T1", memo: "7" }),
  find: async (query) => {
    asked.push(query.reference);
    return { outcome: "absent", as_of: 0 };
  },
  listMovements: async () => ({ movements: [], cursor: "0", has_more: false }),
  prepare: async () => prepared,
  submit: async () => ({ outcome: "accepted", venue_ref: "v1", tx_hash: null, stage: "accepted" }),
};

async function exercise(change: Partial<Venue>, move: (() => TransferPlan) | null = null) {
  const venue = { ...good, ...change } as Venue;
  const print = (asset: string, units: bigint) => `${units} ${asset}`;
  const steps = await exerciseVenue({ venue, clock, timer: clock, wallet: null, print, move });
  return Object.fromEntries(steps.map((step) => [step.call, step]));
}

describe("the standard sequence", () => {
  it("asks everything that reads, and says what came back", async () => {
    const steps = await exercise({});
    const outcomes = Object.entries(steps).map(([call, { outcome }]) => `${call} ${outcome}`);
    expect(outcomes).toEqual([
      ...["verify ok", "list_wallets ok", "balance ok", "fee_estimate ok", "address ok", "submit skipped"],
      ...["find ok", "list_movements ok"],
    ]);
    expect(steps.balance?.detail).toBe("total 5 USDT, available 4 USDT, pending out 1 USDT.");
    expect(steps.address?.detail).toBe("tron: T1, memo 7.");
  });

  it("regression: says how long a call took in real time, where the treasury's own passes faster", async () => {
    let now = 0;
    const getBalance: Venue["getBalance"] = async (wallet) => {
      now += 90_000;
      return { total: 5n, available: 4n, pending_out: 1n, account: wallet.account } as never;
    };
    const timer = { now: () => now, rate: 900 };
    const venue = { ...good, getBalance } as Venue;
    const steps = await exerciseVenue({ venue, clock, timer, wallet: null, print: () => "", move: null });
    expect(steps.find(({ call }) => call === "balance")?.duration_ms).toBe(100);
  });

  it("goes on after a call that failed, with its code", async () => {
    const broken = () => Promise.reject(new VenueError("venue_transient", "No answer."));
    const steps = await exercise({ getBalance: broken, verify: broken });
    expect(steps.verify).toMatchObject({ outcome: "failed", code: "venue_transient", detail: "No answer." });
    expect(steps.balance?.outcome).toBe("failed");
    expect(steps.list_movements?.outcome).toBe("ok");
  });

  it("tells what a venue cannot do from what failed", async () => {
    const none = () => Promise.reject(new VenueError("venue_unsupported", "It has no addresses."));
    expect((await exercise({ getAddress: none })).address).toMatchObject({ outcome: "unsupported" });
    const unread = await exercise({ find: async () => ({ outcome: "unreadable", message: "503" }) });
    expect(unread.find).toMatchObject({ outcome: "failed", code: "venue_lookup_unreadable" });
  });

  it("looks up at a venue that signs only what was sent, and nothing where it only watches", async () => {
    const can = (more: object) => () => ({ networks: ["tron"], idempotency: { kind: "none" }, ...more }) as never;
    const signs = can({ idempotency: { kind: "signed_transaction" } });
    asked.length = 0;
    expect((await exercise({ capabilities: signs })).find).toMatchObject({ outcome: "skipped", code: null });
    expect((await exercise({ capabilities: can({ watch_only: true }) })).find?.outcome).toBe("skipped");
    expect(asked).toEqual([]);
    await exercise({ capabilities: signs }, () => ({ id: "x1" }) as TransferPlan);
    expect(asked).toEqual(["x1"]);
  });

  it("says of credentials only what is so: a venue that people write down has none", async () => {
    const by_hand = { networks: [], idempotency: { kind: "none" }, watch_only: true };
    const { verify } = await exercise({ capabilities: () => by_hand as never });
    expect(verify).toMatchObject({ outcome: "ok", detail: expect.stringContaining("no interface and no credentials") });
    expect((await exercise({})).verify?.detail).toContain("accepts the credentials");
  });

  it("does not guess a wallet where there is none", async () => {
    const steps = await exercise({ listWallets: async () => [] });
    expect(steps.balance?.outcome).toBe("skipped");
    expect(steps.submit?.outcome).toBe("skipped");
  });

  it("moves only what it is given, and looks for exactly that", async () => {
    asked.length = 0;
    const steps = await exercise({}, () => ({ id: "x1" }) as TransferPlan);
    expect(steps.submit).toMatchObject({ outcome: "ok", detail: "x1 accepted as v1." });
    expect(asked).toEqual(["x1"]);
    const refused = await exercise(
      { submit: async () => ({ outcome: "rejected", code: "LOW", message: "Too little." }) },
      () => ({ id: "x1" }) as TransferPlan,
    );
    expect(refused.submit).toMatchObject({ outcome: "failed", code: "exercise_rejected" });
  });
});
