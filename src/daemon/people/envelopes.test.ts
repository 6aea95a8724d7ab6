import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { EnvelopeRow } from "../../authority/index.ts";
import type { AuthorityPolicy, Vote } from "../../authority/types.ts";
import { tables } from "../../store/index.ts";
import {
  proposeTransfer,
  type TransferDraft,
  type TransferRow,
  UNSENT,
  voteOnTransfer,
  workTransfer,
} from "../../transfers/index.ts";
import {
  ACCEPTED,
  type Desk,
  HOUR,
  MINUTE,
  openDesk,
  START,
  signed,
  UNKNOWN,
} from "../../transfers/suite_transfers.ts";
import { VenueError } from "../../venues/index.ts";
import { type EnvelopeDraft, proposeEnvelope, revokeEnvelope } from "./propose_envelope.ts";
import { voteOnEnvelope } from "./vote_on_envelope.ts";

const DRAFT: EnvelopeDraft = {
  pool_id: "usdt",
  from_wallets: ["vault"],
  to_wallets: ["hot"],
  amount_max: 1_000n,
  amount_total: 2_500n,
  count_max: 3,
  valid_from: START,
  valid_until: START + 24 * HOUR,
  reason: "Weekend cover.",
  proposed_by: "person:ana",
};
const REFILL = { from_wallet: "vault", to_wallet: "hot", amount: 900n, lane: "expedited" } as const;

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});

/** The configuration that is read from now on. */
const change = (more: Partial<AuthorityPolicy>): unknown =>
  Object.assign(desk.config, { authority: { ...desk.config.authority, ...more } });
const propose = (more: Partial<EnvelopeDraft> = {}) => proposeEnvelope(desk.deps, { ...DRAFT, ...more });
const cast = (person: string, { id, digest }: EnvelopeRow, vote: Vote = "approve") =>
  voteOnEnvelope(desk.deps, signed(person, { object_kind: "envelope", object_id: id, digest, vote }));

async function valid(more: Partial<EnvelopeDraft> = {}): Promise<EnvelopeRow> {
  const row = await propose(more);
  await cast("ben", row);
  return (await cast("chen", row)).envelope;
}

async function refill(more: Partial<TransferDraft> = {}): Promise<TransferRow> {
  return desk.work((await desk.plan({ ...REFILL, ...more })).id);
}

/** The venue knows it and says it is final. */
async function settle(id: string): Promise<void> {
  await desk.tx((tx) => tx.update(tables.transfer, { id }, { state: "settled", settled_at: desk.now, next_at: null }));
}

describe("an envelope", () => {
  it("is valid once two others than its proposer approved it", async () => {
    const row = await propose();
    expect(row).toMatchObject({ state: "open", terms: { to: [{ wallet: "hot", address: "address-of-hot" }] } });
    await expect(cast("ana", row)).rejects.toMatchObject({ code: "authority_initiator" });
    expect((await cast("ben", row)).envelope.state).toBe("open");
    expect((await cast("chen", row)).envelope.state).toBe("active");
    const kinds = (await desk.events(row.id)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "envelope.state")).toHaveLength(2);
  });

  it("asks for the quorum of its whole amount, not of one transfer", async () => {
    const [tier] = desk.config.authority.tiers;
    if (tier === undefined) throw new Error("no tier");
    change({ tiers: [tier, { ...tier, from_amount: 2_000n, approvals_needed: 3 }] });
    const row = await propose();
    await cast("ben", row);
    expect((await cast("chen", row)).quorum).toMatchObject({ state: "pending", needed: 3 });
  });

  it.each([
    [{ from_wallets: ["hot"] }, "not on that side"],
    [{ to_wallets: ["vault"] }, "not on that side"],
    [{ to_wallets: [] }, "names its sources"],
    [{ amount_max: 0n }, "above zero"],
    [{ amount_max: 2_501n }, "not above"],
    [{ count_max: 0 }, "1 to 100"],
    [{ count_max: 1.5 }, "1 to 100"],
    [{ valid_until: START }, "within 90 days"],
    [{ valid_until: Number.NaN }, "instant"],
    [{ valid_until: START + 91 * 24 * HOUR }, "within 90 days"],
    [{ reason: " " }, "reason"],
    [{ pool_id: "none" }, "no such pool"],
  ])("cannot be proposed with %o", async (more, why) => {
    await expect(propose(more as Partial<EnvelopeDraft>)).rejects.toMatchObject({
      code: "envelope_invalid",
      message: expect.stringContaining(why),
    });
  });

  it("cannot be proposed for a wallet whose owners sign each payment", async () => {
    desk.script.capabilities = { signing: "eip712_safe" };
    await expect(propose()).rejects.toMatchObject({ code: "envelope_unsupported" });
    await expect(desk.plan(REFILL)).rejects.toMatchObject({ code: "envelope_unsupported" });
  });
});

describe("a refill inside an envelope", () => {
  it("is sent without votes of its own, and every use is an event", async () => {
    const envelope = await valid();
    const row = await refill();
    expect(row).toMatchObject({ state: "submitted", plan: { envelope: { id: envelope.id }, quorum_needed: 2 } });
    expect(desk.sent).toHaveLength(1);
    const used = (await desk.events(envelope.id)).find(({ kind }) => kind === "envelope.used");
    expect(used?.payload).toMatchObject({ transfer_id: row.id, amount_remaining: "1600", count_remaining: 2 });
  });

  it("waits for votes where no lane was named", async () => {
    await valid();
    expect(await refill({ lane: null })).toMatchObject({ state: "awaiting_approval" });
  });

  it.each([
    ["too large", { amount: 1_001n }],
    ["from another source", { from_wallet: "cellar" }],
  ])("waits for votes when it is %s", async (_why, more) => {
    await valid();
    expect(await refill(more)).toMatchObject({ state: "awaiting_approval" });
    expect(desk.sent).toEqual([]);
  });

  it("waits for votes while the envelope is not approved, or its time has not come", async () => {
    await propose();
    await valid({ valid_from: START + HOUR });
    expect(await refill()).toMatchObject({ state: "awaiting_approval" });
    expect(desk.sent).toEqual([]);
  });

  it("goes beside an open slow refill of the same wallets, once", async () => {
    await valid();
    const slow = await refill({ lane: "slow" });
    expect(slow.state).toBe("awaiting_approval");
    expect(await refill()).toMatchObject({ state: "submitted" });
    await expect(refill()).rejects.toMatchObject({ code: "transfer_route_busy" });
    await expect(refill({ lane: "slow" })).rejects.toMatchObject({ code: "transfer_route_busy" });
  });

  it("is no second slow refill of the same wallets when no envelope covers it", async () => {
    await refill({ lane: "slow" });
    await expect(refill()).rejects.toMatchObject({ code: "transfer_route_busy" });
  });

  it("never makes a person's own request expedited", async () => {
    await valid();
    const row = await proposeTransfer(desk.deps, {
      ...{ pool_id: "usdt", from_wallet: "vault", to_wallet: "hot", network: "tron", amount: 900n },
      ...{ reason: "by hand", initiator: "person:ana", key: "k" },
    });
    expect(await desk.work(row.id)).toMatchObject({ state: "awaiting_approval" });
  });

  it("is used up by amount and by number", async () => {
    await valid();
    for (const amount of [1_000n, 1_000n]) await settle((await refill({ amount })).id);
    expect(await refill({ amount: 501n })).toMatchObject({ state: "awaiting_approval" });
  });

  it("gives its room back when it ended before it was sent, and keeps it when it failed afterwards", async () => {
    const envelope = await valid({ amount_total: 1_000n, count_max: 1 });
    const first = await desk.plan(REFILL);
    await desk.tx((tx) => tx.update(tables.transfer, { id: first.id }, { state: "cancelled", next_at: null }));
    const second = await refill();
    expect(second).toMatchObject({ state: "submitted", plan: { envelope: { id: envelope.id } } });
    await desk.tx((tx) => tx.update(tables.transfer, { id: second.id }, { state: "failed", next_at: null }));
    expect((await desk.plan(REFILL)).plan.envelope).toBeUndefined();
  });
});

describe("what happens between planning and sending", () => {
  /** Planned inside, approved, and stopped right before the write that precedes the call. */
  async function beforeSending(change: () => Promise<unknown> | unknown): Promise<TransferRow> {
    const { id } = await desk.plan(REFILL);
    desk.script.prepare = () => {
      desk.script.prepare = () => {};
      throw new Error("a crash");
    };
    await workTransfer(desk.deps, id).catch(() => undefined);
    await change();
    return desk.later(id, HOUR);
  }

  it("revoked: nothing is sent, and the next one asks for votes", async () => {
    const envelope = await valid();
    const row = await beforeSending(() => revokeEnvelope(desk.deps, envelope.id, "person:ana", "not needed"));
    expect(row).toMatchObject({ state: "denied", note_code: "authority_envelope_unusable" });
    expect(desk.sent).toEqual([]);
    expect(await refill()).toMatchObject({ state: "awaiting_approval" });
  });

  it("taken back by one signature: nothing is sent", async () => {
    const envelope = await valid();
    expect(await beforeSending(() => cast("ben", envelope, "deny"))).toMatchObject({ state: "denied" });
    expect(desk.sent).toEqual([]);
  });

  it("expired: nothing is sent", async () => {
    await valid({ valid_until: START + 30 * MINUTE });
    expect(await beforeSending(() => undefined)).toMatchObject({ state: "denied" });
    expect(desk.sent).toEqual([]);
  });

  it.each([
    [
      "a quorum that grew",
      () => change({ tiers: desk.config.authority.tiers.map((tier) => ({ ...tier, approvals_needed: 3 })) }),
    ],
    ["a person who left", () => change({ people: desk.config.authority.people.filter(({ id }) => id !== "ben") })],
    [
      "an address that changed",
      () =>
        Object.assign(desk.config, { address_book: [{ wallet: "hot", network: "tron", address: "new", memo: null }] }),
    ],
  ])("tightened by %s: nothing is sent", async (_what, tighten) => {
    await valid();
    expect(await beforeSending(tighten)).toMatchObject({ state: "denied" });
    expect(desk.sent).toEqual([]);
  });

  it("tampered terms are worth nothing", async () => {
    const { id, terms } = await valid();
    const more = { ...terms, amount_max: "500000", amount_total: "500000" };
    await desk.tx((tx) => tx.update(tables.envelope, { id }, { terms: more }));
    expect(await refill()).toMatchObject({ state: "awaiting_approval" });
    expect(desk.sent).toEqual([]);
  });

  it("forged votes are worth nothing", async () => {
    const { id } = await valid();
    await desk.tx((tx) => tx.update(tables.approval, { object_id: id, person_id: "ben" }, { signature: "00" }));
    expect(await refill()).toMatchObject({ state: "awaiting_approval" });
    expect(desk.sent).toEqual([]);
  });

  it("a denial of the transfer itself ends it, envelope or not", async () => {
    await valid();
    const row = await desk.plan(REFILL);
    await desk.tx((tx) => tx.update(tables.transfer, { id: row.id }, { state: "awaiting_approval" }));
    await voteOnTransfer(desk.deps, desk.vote("chen", row, "deny"));
    expect(await desk.work(row.id)).toMatchObject({ state: "denied" });
  });
});

describe("a wallet whose own owners allow an amount in advance", () => {
  const asked: string[] = [];
  beforeEach(() => {
    asked.length = 0;
    desk.script.capabilities = { signing: "eip712_safe" };
    const venue = desk.deps.venues.get("vault-venue");
    Object.assign(venue ?? {}, {
      readAllowance: async () => ALLOWED,
      requestSigning: async ({ id }: { id: string }) => {
        asked.push(id);
        return { scheme: "eip712_safe", hash: `0x${"ab".repeat(32)}`, typed_data: {} };
      },
    });
  });
  const ALLOWED = { amount: 5_000n, remaining: 5_000n, period_ms: null, resets_at: null, delegate: "d", problem: null };

  it("pays inside an envelope without asking them, and asks them for everything else", async () => {
    await valid();
    expect(await refill()).toMatchObject({ state: "submitted", signing: null });
    expect(asked).toEqual([]);
    const slow = await refill({ lane: "slow" });
    expect(slow).toMatchObject({ state: "awaiting_approval", signing: { scheme: "eip712_safe" } });
    expect(asked).toEqual([slow.id]);
  });

  it("ends what nobody covers any more, so that it is planned anew and the owners are asked", async () => {
    const envelope = await valid();
    const { id } = await desk.plan(REFILL);
    await revokeEnvelope(desk.deps, envelope.id, "person:ana", "not needed");
    expect(await desk.work(id)).toMatchObject({ state: "cancelled", note_code: "envelope_ended" });
    expect(desk.sent).toEqual([]);
    expect(await refill()).toMatchObject({ state: "awaiting_approval", signing: { scheme: "eip712_safe" } });
  });

  it("ends what the chain does not allow, before anything is sent", async () => {
    await valid();
    desk.script.prepare = () => {
      throw new VenueError("venue_policy_denied", "the owners' allowance leaves 0 USDT");
    };
    const row = await refill();
    expect(row).toMatchObject({ state: "denied", note: expect.stringContaining("allowance leaves 0") });
    expect(desk.sent).toEqual([]);
  });
});

describe("whatever the order and wherever it stops", () => {
  type Kind = "plan" | "work" | "crash" | "lose" | "wait" | "revoke" | "settle" | "cancel";
  interface Act {
    readonly kind: Kind;
    readonly n: number;
  }
  const kinds: readonly Kind[] = [
    "plan",
    "plan",
    "work",
    "work",
    "work",
    "crash",
    "lose",
    "settle",
    "wait",
    "cancel",
    "revoke",
  ];
  const act = fc.record({ kind: fc.constantFrom(...kinds), n: fc.integer({ min: 1, max: 1_200 }) });
  const set = (id: string, patch: Partial<TransferRow>) => desk.tx((tx) => tx.update(tables.transfer, { id }, patch));

  /** A run of one desk: what was really sent, when. */
  class Run {
    readonly ids: string[] = [];
    readonly sent = new Map<string, { readonly late: boolean; readonly amount: bigint }>();
    revoked = false;
    readonly #envelope: EnvelopeRow;
    constructor(envelope: EnvelopeRow) {
      this.#envelope = envelope;
    }

    async act({ kind, n }: Act): Promise<void> {
      const id = this.ids[n % Math.max(1, this.ids.length)];
      if (kind === "plan") await this.plan(n);
      else if (kind === "wait") desk.now += n * 3_000;
      else if (kind === "revoke") await this.revoke(n);
      else if (id !== undefined) await this.touch(kind, id);
    }

    async plan(n: number): Promise<void> {
      const row = await desk.plan({ ...REFILL, amount: BigInt(n) }).catch(() => null);
      if (row !== null) this.ids.push(row.id);
    }

    async revoke(n: number): Promise<void> {
      if (n > 200) return;
      await revokeEnvelope(desk.deps, this.#envelope.id, "person:ana", "enough");
      this.revoked = true;
    }

    async touch(kind: Kind, id: string): Promise<void> {
      const row = await desk.row(id);
      if (kind === "settle" && row.state === "submitted")
        await set(id, { state: "settled", submitted_at: 0, next_at: null });
      if (kind === "cancel" && UNSENT.has(row.state)) await set(id, { state: "cancelled", next_at: null });
      if (kind === "settle" || kind === "cancel") return;
      desk.script.submit = () => (kind === "lose" ? UNKNOWN : ACCEPTED);
      desk.script.prepare = () => {
        if (kind === "crash") throw new Error("a crash");
      };
      const before = desk.sent.length;
      await workTransfer(desk.deps, id).catch(() => undefined);
      if (desk.sent.length === before || this.sent.has(id)) return;
      const late = this.revoked || desk.now >= this.#envelope.valid_until;
      this.sent.set(id, { late, amount: row.amount });
    }
  }

  it("an envelope never pays more than its bounds, nor after its end", async () => {
    let payments = 0;
    let full = 0;
    const property = fc.asyncProperty(fc.array(act, { minLength: 20, maxLength: 60 }), async (acts) => {
      desk = await openDesk();
      const run = new Run(await valid({ count_max: 2, valid_until: START + 2 * HOUR }));
      for (const one of acts) await run.act(one);
      const sent = [...run.sent.values()];
      expect(sent.reduce((sum, { amount }) => sum + amount, 0n)).toBeLessThanOrEqual(2_500n);
      expect(sent.length).toBeLessThanOrEqual(2);
      expect(sent.filter(({ amount, late }) => amount > 1_000n || late)).toEqual([]);
      payments += sent.length;
      full += sent.length === 2 ? 1 : 0;
    });
    await fc.assert(property, { numRuns: 60 });
    // The property has seen payments, and envelopes that were used up.
    expect(payments).toBeGreaterThan(20);
    expect(full).toBeGreaterThan(2);
  });
});
