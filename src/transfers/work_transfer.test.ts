import { beforeEach, describe, expect, it } from "vitest";
import type { PoolPolicy } from "../policy/types.ts";
import { tables } from "../store/index.ts";
import { VenueError } from "../venues/index.ts";
import { cancelTransfer, quorumOf, TERMINAL, type TransferRow, voteOnTransfer, workTransfer } from "./index.ts";
import {
  ACCEPTED,
  type Desk,
  found,
  HOUR,
  MINUTE,
  OPENING,
  openDesk,
  REFILL,
  setBalance,
  UNKNOWN,
} from "./suite_transfers.ts";

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});

const states = async (id: string): Promise<string[]> => {
  const events = await desk.events(id);
  return events.flatMap(({ kind, payload }) =>
    kind === "transfer.state" ? [(payload as { to_state: string }).to_state] : [],
  );
};

async function refill(): Promise<TransferRow> {
  const row = await desk.plan(REFILL);
  return desk.work(row.id);
}

async function approve(row: TransferRow, ...people: string[]): Promise<TransferRow> {
  for (const person of people) await voteOnTransfer(desk.deps, desk.vote(person, row));
  return desk.work(row.id);
}

describe("the way to custody", () => {
  it("goes out by itself, is followed, and settles with what arrived", async () => {
    const { id } = await desk.plan();
    const sent = await desk.work(id);
    expect(sent).toMatchObject({ state: "submitted", venue_ref: "venue-1", tx_hash: "hash-1", lease_owner: null });
    expect(await desk.wallet("hot")).toMatchObject({ posted: OPENING - 1_000n, held: 10n });
    desk.script.find = () =>
      found(sent, { stage: "final", final: true, status: "succeeded", amount_received: 1_000n, fee: 4n });
    const done = await desk.later(id, MINUTE);
    expect(done).toMatchObject({ state: "settled", amount_received: 1_000n, fee_actual: 4n, settled_at: desk.now });
    expect(await desk.wallet("hot")).toMatchObject({ posted: OPENING - 1_004n, held: 0n });
    expect((await desk.wallet("vault")).posted).toBe(OPENING + 1_000n);
    expect(await states(id)).toEqual(["approved", "submitting", "submitted", "settled"]);
    const last = (await desk.events(id)).at(-1);
    expect(last?.payload).toMatchObject({ fee: "4", balances_after: { liquidity: "998996", reserve: "2001000" } });
  });

  it("is looked at in two writes: who looks, and what was seen with the time of the next look, free for anybody", async () => {
    const { id } = await desk.plan();
    const sent = await desk.work(id);
    const looks = [
      () => found(sent, { stage: "confirming", confirmations: 1 }),
      () => ({ outcome: "unreadable", message: "503" }) as const,
    ];
    let before = sent;
    for (const find of looks) {
      desk.script.find = find;
      const after = await desk.later(id, MINUTE);
      expect(after).toMatchObject({ state: "submitted", lease_owner: null, lease_until: null });
      expect([after.version - before.version, after.fence - before.fence]).toEqual([2, 1]);
      expect(after.next_at).toBeGreaterThan(desk.now);
      before = after;
    }
  });

  it("makes the exact bytes durable before the venue hears of them", async () => {
    const { id } = await desk.plan();
    let seen: TransferRow | undefined;
    desk.script.submit = async () => {
      seen = await desk.row(id);
      return ACCEPTED;
    };
    await desk.work(id);
    expect(seen).toMatchObject({ state: "submitting", prepared: { reference: id, prepared_at: desk.now } });
    expect(desk.sent).toEqual([seen?.prepared]);
  });

  it("fails when the venue refuses the first call, and gives everything back", async () => {
    const { id } = await desk.plan();
    desk.script.submit = () => ({ outcome: "rejected", code: "limit", message: "too much" });
    expect(await desk.work(id)).toMatchObject({ state: "failed", note_code: "limit" });
    expect(await desk.wallet("hot")).toMatchObject({ posted: OPENING, held: 0n });
  });

  it.each([
    ["destination", { to_address: "address-of-cellar" }],
    ["memo", { to_memo: "77" }],
    ["amount", { amount: 10_000n }],
    ["fee", { fee_max: 11n }],
    ["source", { from_account: "vault-account" }],
    ["asset", { asset: "BTC" }],
    ["network", { network: "ethereum" }],
    ["reference", { reference: "trf_other" }],
  ])("bybit: never sends bytes whose %s is not what was approved", async (_field, decode) => {
    const { id } = await desk.plan();
    desk.script.decode = decode;
    expect(await desk.work(id)).toMatchObject({ state: "denied", note_code: "authority_effect_mismatch" });
    expect(desk.sent).toEqual([]);
    expect(desk.notices).toMatchObject([{ severity: "page", ref: id }]);
    expect((await desk.wallet("hot")).held).toBe(0n);
  });

  it("does not send to an address that left the address book since the plan", async () => {
    const { id } = await desk.plan();
    const address_book = desk.config.address_book.map((entry) =>
      entry.wallet === "vault" ? { ...entry, address: "address-of-a-thief" } : entry,
    );
    Object.assign(desk.config, { address_book });
    expect(await desk.work(id)).toMatchObject({ state: "denied", note_code: "authority_destination_changed" });
    expect(desk.sent).toEqual([]);
  });

  describe("limits that were tightened after the approval", () => {
    const tighten = (change: Partial<PoolPolicy>): void => {
      const pools = desk.config.pools.map((pool) => ({ ...pool, policy: { ...pool.policy, ...change } }));
      Object.assign(desk.config, { pools });
    };

    it.each<[string, Partial<PoolPolicy>]>([
      ["the largest move", { move_max: 999n }],
      ["the highest fee", { fee_max: 9n }],
    ])("stop it for good: %s", async (_, change) => {
      const { id } = await desk.plan();
      tighten(change);
      expect(await desk.work(id)).toMatchObject({ state: "denied", note_code: "transfer_limit_tightened" });
      expect(desk.sent).toEqual([]);
      expect((await desk.wallet("hot")).held).toBe(0n);
    });

    it("make it wait for the floor of its source, and it goes when the floor allows it", async () => {
      const { id } = await desk.plan();
      tighten({ wallet_floors: { hot: OPENING - 1_009n } });
      expect(await desk.work(id)).toMatchObject({ state: "approved", note_code: "transfer_floor_raised" });
      expect(desk.sent).toEqual([]);
      tighten({ wallet_floors: { hot: OPENING - 1_010n } });
      expect(await desk.later(id, MINUTE)).toMatchObject({ state: "submitted" });
    });

    it("make it wait for room in its window, behind what was planned before it", async () => {
      const [first, second] = [await desk.plan(), await desk.plan({ to_wallet: "cellar" })];
      const window = { direction: "to_reserve", window_ms: HOUR, amount_max: 1_999n, count_max: 9 } as const;
      tighten({ windows: [window] });
      expect(await desk.work(second.id)).toMatchObject({ state: "approved", note_code: "transfer_window_exhausted" });
      expect(await desk.work(first.id)).toMatchObject({ state: "submitted" });
      expect(await desk.later(second.id, MINUTE)).toMatchObject({ note_code: "transfer_window_exhausted" });
      expect(desk.sent).toHaveLength(1);
    });
  });

  it("waits for a venue that cannot build the request now, no longer than its plan lasts", async () => {
    const { id } = await desk.plan();
    desk.script.prepare = () => {
      throw new VenueError("venue_insufficient", "not enough gas");
    };
    expect(await desk.work(id)).toMatchObject({ state: "approved", note_code: "venue_insufficient" });
    expect(await desk.later(id, 25 * HOUR)).toMatchObject({ state: "expired" });
    expect((await desk.wallet("hot")).held).toBe(0n);
  });

  it("ends at once what the venue will never build", async () => {
    const { id } = await desk.plan();
    desk.script.prepare = () => {
      throw new VenueError("venue_invalid", "no such account");
    };
    expect(await desk.work(id)).toMatchObject({ state: "denied", note_code: "venue_invalid" });
  });

  it("sends one thing at a time from a wallet whose last outcome is unknown", async () => {
    const first = await desk.plan();
    desk.script.submit = () => UNKNOWN;
    await desk.work(first.id);
    const second = await desk.plan({ to_wallet: "cellar" });
    expect(await desk.work(second.id)).toMatchObject({ state: "approved", note_code: "transfer_wallet_busy" });
    expect(desk.sent).toHaveLength(1);
  });
});

const BREAK_REST = {
  kind: "balance",
  movement_id: null,
  causes: [],
  freezes: true,
  closed_by: null,
  resolution_id: null,
} as const;

describe("what is known at dispatch", () => {
  const brk = {
    asset: "USDT",
    difference: 1n,
    opened_at: 1,
    last_seen_at: 1,
    closed_at: null,
    cause: "unexplained",
    ...BREAK_REST,
  };

  it("while the books do not agree with a venue, what was approved before waits", async () => {
    const { id } = await desk.plan();
    await desk.tx((tx) => tx.insert(tables.breaks, { id: "brk", wallet_id: "cellar", ...brk }));
    expect(await desk.work(id)).toMatchObject({ state: "approved", note_code: "transfer_asset_frozen" });
    expect(desk.sent).toEqual([]);
    await desk.tx((tx) => tx.update(tables.breaks, { id: "brk" }, { closed_at: desk.now }));
    expect(await desk.later(id, MINUTE)).toMatchObject({ state: "submitted" });
  });

  it("a break that opens while the request is built still stops it", async () => {
    const { id } = await desk.plan();
    let opened: Promise<void> = Promise.resolve();
    desk.script.prepare = () => {
      opened = desk.tx((tx) => tx.insert(tables.breaks, { id: "brk", wallet_id: "cellar", ...brk }));
    };
    expect(await desk.work(id)).toMatchObject({ state: "approved", note_code: "transfer_asset_frozen" });
    await opened;
    expect(desk.sent).toEqual([]);
  });

  it("a quorum given hours ago moves nothing out of custody on balances that grew old meanwhile", async () => {
    const row = await refill();
    desk.now += 2 * HOUR;
    expect(await approve(row, "ana", "ben")).toMatchObject({
      state: "approved",
      note_code: "transfer_pending_unreadable",
    });
    expect(desk.sent).toEqual([]);
    for (const id of ["hot", "vault"]) await setBalance(desk, id);
    expect(await desk.later(row.id, MINUTE)).toMatchObject({ state: "submitted" });
  });
});

describe("freeze", () => {
  it("in mode observe nothing moves, whatever was planned before", async () => {
    const { id } = await desk.plan();
    await desk.setMode("observe");
    expect(await desk.work(id)).toMatchObject({ state: "approved", note_code: "authority_frozen" });
    expect(desk.sent).toEqual([]);
  });

  it("stops a submit that was about to happen, and lets it go on after", async () => {
    const { id } = await desk.plan();
    desk.script.prepare = () => void desk.setMode("frozen");
    expect(await desk.work(id)).toMatchObject({ state: "approved", note_code: "authority_frozen" });
    expect(desk.sent).toEqual([]);
    desk.script.prepare = () => {};
    await desk.setMode("auto");
    expect(await desk.later(id, 10 * MINUTE)).toMatchObject({ state: "submitted" });
  });

  it("still follows what is on its way", async () => {
    const { id } = await desk.plan();
    const sent = await desk.work(id);
    await desk.setMode("frozen");
    desk.script.find = () => found(sent, { stage: "final", final: true, status: "succeeded" });
    expect(await desk.later(id, MINUTE)).toMatchObject({ state: "settled" });
  });
});

describe("the way out of custody", () => {
  it("waits for two people, and one is not two", async () => {
    const row = await refill();
    expect(row).toMatchObject({ state: "awaiting_approval" });
    expect(await approve(row, "ana")).toMatchObject({ state: "awaiting_approval" });
    expect(await quorumOf(desk.deps, row)).toMatchObject({ state: "pending", approvals: ["ana"], needed: 2 });
    expect(desk.sent).toEqual([]);
    expect(await approve(row, "ben")).toMatchObject({ state: "submitted" });
    expect(desk.sent).toHaveLength(1);
  });

  it("does not count a person twice, nor a vote on another content", async () => {
    const row = await refill();
    await approve(row, "ana");
    await expect(voteOnTransfer(desk.deps, desk.vote("ana", row))).rejects.toMatchObject({
      code: "authority_already_voted",
    });
    const other = { ...row, digest: "0".repeat(64) };
    await expect(voteOnTransfer(desk.deps, desk.vote("ben", other))).rejects.toMatchObject({
      code: "authority_wrong_digest",
    });
    expect((await desk.events(row.id)).filter(({ kind }) => kind === "approval.refused")).toHaveLength(2);
    expect((await desk.row(row.id)).state).toBe("awaiting_approval");
  });

  it("does not count who started it", async () => {
    const row = await desk.work((await desk.plan({ ...REFILL, initiator: "person:ana" })).id);
    await expect(voteOnTransfer(desk.deps, desk.vote("ana", row))).rejects.toMatchObject({
      code: "authority_initiator",
    });
  });

  it("ends with one denial, also after the quorum was complete", async () => {
    const row = await refill();
    await voteOnTransfer(desk.deps, desk.vote("chen", row, "deny"));
    expect(await desk.work(row.id)).toMatchObject({ state: "denied" });
    desk = await openDesk();
    const late = await refill();
    desk.script.prepare = () => {
      throw new VenueError("venue_transient", "later");
    };
    expect(await approve(late, "ana", "ben")).toMatchObject({ state: "approved" });
    await voteOnTransfer(desk.deps, desk.vote("chen", late, "deny"));
    desk.script.prepare = () => {};
    expect(await desk.later(late.id, HOUR)).toMatchObject({ state: "denied" });
    expect(desk.sent).toEqual([]);
  });

  it("ends when somebody who approved takes it back, as long as nothing was sent", async () => {
    const row = await refill();
    desk.script.prepare = () => {
      throw new VenueError("venue_transient", "later");
    };
    expect(await approve(row, "ana", "ben")).toMatchObject({ state: "approved" });
    await voteOnTransfer(desk.deps, desk.vote("ana", row, "deny"));
    desk.script.prepare = () => {};
    expect(await desk.later(row.id, HOUR)).toMatchObject({ state: "denied" });
    expect(desk.sent).toEqual([]);
  });

  it("counts again at dispatch, under the policy of that moment", async () => {
    const row = await refill();
    desk.script.prepare = () => {
      throw new VenueError("venue_transient", "later");
    };
    await approve(row, "ana", "ben");
    desk.script.prepare = () => {};
    const people = desk.config.authority.people.filter(({ id }) => id !== "ben");
    Object.assign(desk.config, { authority: { ...desk.config.authority, people } });
    expect(await desk.later(row.id, HOUR)).toMatchObject({ state: "denied", note_code: "authority_quorum_missing" });
    expect(desk.sent).toEqual([]);
  });

  it("expires without its quorum", async () => {
    const row = await refill();
    expect(await desk.later(row.id, 24 * HOUR)).toMatchObject({ state: "expired" });
    expect((await desk.wallet("vault")).held).toBe(0n);
  });

  it("asks the owners of a wallet that collects signatures itself", async () => {
    desk.script.capabilities = { signing: "eip712_safe" };
    const signing = { scheme: "eip712_safe", hash: `0x${"ab".repeat(32)}`, typed_data: {} } as const;
    const venue = desk.deps.venues.get("vault-venue");
    Object.assign(venue ?? {}, { requestSigning: async () => signing });
    expect(await refill()).toMatchObject({ state: "awaiting_approval", signing });
  });
});

describe("one worker", () => {
  it("leaves a claimed transfer alone until the lease is over, then takes it with a higher fence", async () => {
    const { id } = await desk.plan();
    desk.script.submit = () => new Promise(() => {});
    void workTransfer(desk.deps, id);
    await settled();
    const claimed = await desk.row(id);
    expect(claimed).toMatchObject({ state: "submitting", lease_owner: "one" });
    const two = desk.another("two");
    expect(await workTransfer(two, id)).toBe("idle");
    desk.now += 11_000;
    expect(await workTransfer(two, id)).toBe("waiting");
    expect((await desk.row(id)).fence).toBeGreaterThan(claimed.fence);
    expect(desk.sent).toHaveLength(1);
  });

  it("refuses every write of an owner that slept through its lease", async () => {
    const { id } = await desk.plan();
    let answer: (outcome: typeof ACCEPTED) => void = () => {};
    desk.script.submit = () => new Promise((resolve) => (answer = resolve));
    const sleeper = workTransfer(desk.deps, id);
    await settled();
    desk.now += 11_000;
    await workTransfer(desk.another("two"), id);
    const taken = await desk.row(id);
    answer(ACCEPTED);
    expect(await sleeper).toBe("lost");
    expect(await desk.row(id)).toEqual(taken);
  });
});

describe("cancelTransfer", () => {
  it("frees an unsent transfer, twice with the same answer, and none whose outcome is unknown", async () => {
    const row = await refill();
    expect(await cancelTransfer(desk.deps, row.id, "person:ana", "not needed")).toMatchObject({ state: "cancelled" });
    expect(await cancelTransfer(desk.deps, row.id, "person:ana", "not needed")).toMatchObject({ state: "cancelled" });
    expect((await desk.wallet("vault")).held).toBe(0n);
    const sent = await desk.plan();
    desk.script.submit = () => UNKNOWN;
    expect(await desk.work(sent.id)).toMatchObject({ state: "submitting" });
    await expect(cancelTransfer(desk.deps, sent.id, "person:ana", "late")).rejects.toMatchObject({
      code: "transfer_not_cancellable",
    });
    await expect(cancelTransfer(desk.deps, "trf_none", "person:ana", "")).rejects.toMatchObject({
      code: "transfer_not_found",
    });
  });

  it("wins against a submit that is being prepared", async () => {
    const { id } = await desk.plan();
    desk.script.prepare = () => void cancelTransfer(desk.deps, id, "person:ana", "stop");
    await desk.work(id);
    expect((await desk.row(id)).state).toBe("cancelled");
    expect(desk.sent).toEqual([]);
    expect(TERMINAL.has("cancelled")).toBe(true);
  });
});

async function settled(): Promise<void> {
  for (let i = 0; i < 200; i += 1) await Promise.resolve();
}
