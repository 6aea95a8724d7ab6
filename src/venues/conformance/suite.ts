/**
 * One suite for every venue behind the port. It asks what a treasury stakes money on: one effect per reference, unknown when
 * nobody knows, absence never guessed, balances and movements that agree, built bytes that do what was planned.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import { READ_ATTEMPTS_MAX } from "../http/index.ts";
import type { FindOutcome, SubmitOutcome, VenueMovement, VenueTransfer } from "../port.ts";
import { queryOf, type VenueHarness } from "./harness.ts";

const PAGES_MAX = 200;

/** @example describeVenue("sandbox exchange", () => startHarness("exchange")) */
export function describeVenue(name: string, factory: () => Promise<VenueHarness>): void {
  describe(name, () => {
    let harness: VenueHarness;
    beforeAll(async () => {
      harness = await factory();
    });
    afterAll(async () => {
      await harness.stop();
    });

    describeReads(() => harness);
    describeSubmit(() => harness);
    describeLostLines(() => harness);
    describeLookUps(() => harness);
    describeHistory(() => harness);
  });
}

function describeReads(of: () => VenueHarness): void {
  it("knows its wallets, addresses and networks", async () => {
    const { venue, wallet } = of();
    await venue.verify();
    expect((await venue.listWallets()).map((row) => row.account)).toContain(wallet.account);
    const networks = await venue.listNetworks(wallet);
    expect(networks.length).toBeGreaterThan(0);
    for (const network of networks) {
      expect(network.step).toBeGreaterThan(0n);
      expect(network.fee_fixed).toBeGreaterThanOrEqual(0n);
      expect((await venue.getAddress(wallet, network.network)).address).not.toBe("");
    }
  });

  it("gives a balance whose parts add up", async () => {
    const { venue, wallet } = of();
    const balance = await venue.getBalance(wallet);
    expect(balance.total).toBe(balance.available + balance.pending_out + balance.locked);
    expect(balance.total).toBeGreaterThan(0n);
    expect(balance.pending_readable).toBe(true);
  });

  it("says how old a balance is when the venue's own view stands still", async () => {
    const { venue, wallet, far_side } = of();
    const before = await venue.getBalance(wallet);
    far_side.freezeBalance();
    await far_side.settle();
    expect((await venue.getBalance(wallet)).as_of).toBe(before.as_of);
    expect((await venue.getBalance(wallet)).as_of).toBeGreaterThan(before.as_of);
  });

  it("turns refused, limited and broken reads into typed errors", async () => {
    const { venue, wallet, far_side } = of();
    await answering(of(), [429, far_side.rate_limit_body, 7], async () => {
      await expect(venue.getBalance(wallet)).rejects.toMatchObject({
        code: "venue_rate_limited",
        retry_after_ms: 7_000,
      });
    });
    await answering(of(), [503, "down for maintenance"], async () => {
      await expect(venue.getBalance(wallet)).rejects.toMatchObject({ code: "venue_transient" });
    });
    await answering(of(), [200, { balance: "a lot" }], async () => {
      await expect(venue.getBalance(wallet)).rejects.toMatchObject({ code: "venue_invalid" });
    });
  });
}

function describeSubmit(of: () => VenueHarness): void {
  it("builds bytes that do exactly what was planned", async () => {
    const harness = of();
    const plan = harness.plan();
    const effect = harness.venue.decode(await prepare(harness, plan));
    expect(effect).toEqual({
      from_account: harness.wallet.account,
      to_address: plan.to.address,
      to_memo: plan.to.memo,
      asset: plan.asset,
      network: plan.network,
      amount: BigInt(plan.amount),
      fee_max: BigInt(plan.fee_max),
      reference: plan.id,
    });
  });

  it("accepts a transfer, follows it to finality and books it once", async () => {
    const harness = of();
    const { venue, wallet, far_side } = harness;
    const plan = harness.plan();
    const prepared = await prepare(harness, plan);
    const outcome = accepted(await venue.submit(prepared));
    const early = found(await venue.find(queryOf(harness, plan, prepared, outcome.venue_ref)));
    expect(early.final).toBe(false);
    await far_side.settle();
    const late = found(await venue.find(queryOf(harness, plan, prepared, outcome.venue_ref)));
    expect(late).toMatchObject({ status: "succeeded", final: true, stage: "final", to_address: plan.to.address });
    expect(late.amount_received).toBe(BigInt(plan.amount));
    expect(late.confirmations).toBe(late.confirmations_needed);
    expect(late.fee).not.toBeNull();
    const booked = (await allMovements(harness)).filter((row) => row.reference === plan.id);
    expect(booked).toMatchObject([{ direction: "out", amount: late.amount, fee: late.fee, tx_hash: late.tx_hash }]);
    expect((await venue.getBalance(wallet)).pending_out).toBe(0n);
  });

  it("has one effect when the same bytes are sent again", async () => {
    const harness = of();
    const plan = harness.plan();
    const prepared = await prepare(harness, plan);
    const first = accepted(await harness.venue.submit(prepared));
    const second = accepted(await harness.venue.submit(prepared));
    expect(second.venue_ref).toBe(first.venue_ref);
    expect(harness.far_side.effects(plan.id)).toBe(1);
  });

  it("is never sure of a reference that was used for something else", async () => {
    const harness = of();
    const plan = harness.plan();
    accepted(await harness.venue.submit(await prepare(harness, plan)));
    const other = { ...plan, amount: String(BigInt(plan.amount) * 2n) };
    const outcome = await harness.venue.submit(await prepare(harness, other));
    const { idempotency } = harness.venue.capabilities();
    expect(outcome.outcome).toBe(idempotency.kind === "key" ? "unknown" : "accepted");
  });

  it("is refused, with no effect, when the wallet does not have the amount", async () => {
    const harness = of();
    const { total } = await harness.venue.getBalance(harness.wallet);
    const plan = harness.plan({ amount: total * 2n });
    expect((await harness.venue.submit(await prepare(harness, plan))).outcome).toBe("rejected");
    expect(harness.far_side.effects(plan.id)).toBe(0);
  });

  it("is refused when the fee would pass the limit", async () => {
    const harness = of();
    const plan = harness.plan({ fee_max: 0n });
    expect((await harness.venue.submit(await prepare(harness, plan))).outcome).toBe("rejected");
    expect(harness.far_side.effects(plan.id)).toBe(0);
  });
}

function describeLostLines(of: () => VenueHarness): void {
  it("does not know when the answer is lost after the effect, and finds it by looking", async () => {
    const harness = of();
    const plan = harness.plan();
    const prepared = await prepare(harness, plan);
    harness.far_side.loseNextReply();
    expect((await harness.venue.submit(prepared)).outcome).toBe("unknown");
    expect(harness.far_side.effects(plan.id)).toBe(1);
    const transfer = found(await harness.venue.find(queryOf(harness, plan, prepared)));
    expect(transfer).toMatchObject({ reference: plan.id, to_address: plan.to.address, amount: BigInt(plan.amount) });
    accepted(await harness.venue.submit(prepared));
    expect(harness.far_side.effects(plan.id)).toBe(1);
  });

  it("does not know when the request is lost before the effect, and sees its absence", async () => {
    const harness = of();
    const plan = harness.plan();
    const prepared = await prepare(harness, plan);
    harness.far_side.loseNextRequest();
    expect((await harness.venue.submit(prepared)).outcome).toBe("unknown");
    expect(harness.far_side.effects(plan.id)).toBe(0);
    expect((await harness.venue.find(queryOf(harness, plan, prepared))).outcome).toBe("absent");
  });

  it.each([500, 502, 503, 504, 408, 302])("takes the answer %i to a submit as unknown", async (status) => {
    const harness = of();
    const plan = harness.plan();
    harness.far_side.answerNext(status, { message: "something broke" });
    expect((await harness.venue.submit(await prepare(harness, plan))).outcome).toBe("unknown");
  });

  it("takes a 429 as a refusal only when the venue says that nothing was taken", async () => {
    const harness = of();
    const prepared = await prepare(harness, harness.plan());
    harness.far_side.answerNext(429, { message: "slow down" });
    expect((await harness.venue.submit(prepared)).outcome).toBe("unknown");
    harness.far_side.answerNext(429, harness.far_side.rate_limit_body);
    expect((await harness.venue.submit(prepared)).outcome).toBe("rejected");
  });

  it("takes a refusal that is not in the venue's own words as unknown", async () => {
    const harness = of();
    const prepared = await prepare(harness, harness.plan());
    harness.far_side.answerNext(400, "<html>Bad Request</html>");
    expect((await harness.venue.submit(prepared)).outcome).toBe("unknown");
  });
}

function describeLookUps(of: () => VenueHarness): void {
  it("says absent for what it never saw", async () => {
    const harness = of();
    const plan = harness.plan();
    const answer = await harness.venue.find(queryOf(harness, plan, await prepare(harness, plan)));
    expect(answer).toEqual({ outcome: "absent", as_of: harness.far_side.now() });
  });

  it.each([401, 404, 429, 500, 503])(
    "says unreadable, not absent, when the look-up is answered with %i",
    async (status) => {
      const harness = of();
      const plan = harness.plan();
      const prepared = await prepare(harness, plan);
      await answering(harness, [status, { message: "no" }], async () => {
        expect((await harness.venue.find(queryOf(harness, plan, prepared))).outcome).toBe("unreadable");
      });
    },
  );

  it("says unreadable when the answer is not of the promised shape", async () => {
    const harness = of();
    const plan = harness.plan();
    const prepared = await prepare(harness, plan);
    await answering(harness, [200, {}], async () => {
      expect((await harness.venue.find(queryOf(harness, plan, prepared))).outcome).toBe("unreadable");
    });
  });

  it("takes a status word it does not know as pending", async () => {
    const harness = of();
    const plan = harness.plan();
    const prepared = await prepare(harness, plan);
    const { venue_ref } = accepted(await harness.venue.submit(prepared));
    await harness.far_side.settle();
    harness.far_side.useUnknownStatus();
    const transfer = found(await harness.venue.find(queryOf(harness, plan, prepared, venue_ref)));
    expect(transfer).toMatchObject({ status: "pending", final: false, amount_received: null });
    expect(transfer.raw_status).not.toBe("");
  });

  it("takes a request back while it can, and says so when it cannot", async () => {
    const harness = of();
    const plan = harness.plan();
    const prepared = await prepare(harness, plan);
    const { venue_ref } = accepted(await harness.venue.submit(prepared));
    const can = harness.venue.capabilities().cancel;
    expect((await harness.venue.cancel(venue_ref)).outcome).toBe(can ? "cancelled" : "unsupported");
    await harness.far_side.settle();
    const transfer = found(await harness.venue.find(queryOf(harness, plan, prepared, venue_ref)));
    expect(transfer).toMatchObject({ status: can ? "failed" : "succeeded", final: true });
  });

  it("does not take back what has left", async () => {
    const harness = of();
    const { venue_ref } = accepted(await harness.venue.submit(await prepare(harness, harness.plan())));
    await harness.far_side.settle();
    const can = harness.venue.capabilities().cancel;
    expect((await harness.venue.cancel(venue_ref)).outcome).toBe(can ? "too_late" : "unsupported");
  });
}

function describeHistory(of: () => VenueHarness): void {
  it("gives each movement one id, whichever page it is read on", async () => {
    const harness = of();
    await harness.far_side.settle();
    const all = await allMovements(harness);
    expect(new Set(all.map((row) => row.id)).size).toBe(all.length);
    const middle = await harness.venue.listMovements(harness.wallet, null);
    const again = await harness.venue.listMovements(harness.wallet, null);
    expect(again.movements).toEqual(middle.movements);
    const rest = await readFrom(harness, middle.cursor);
    expect([...middle.movements, ...rest]).toEqual(all);
  });

  it("books movements that add up to the balance at its height", async () => {
    const harness = of();
    const { venue, wallet, far_side } = harness;
    accepted(await venue.submit(await prepare(harness, harness.plan())));
    await far_side.settle();
    const balance = await venue.getBalance(wallet);
    const until = (await allMovements(harness)).filter((row) => Number(row.height) <= Number(balance.height));
    const sum = until.reduce((total, row) => total + (row.direction === "in" ? row.amount : -row.amount - row.fee), 0n);
    expect(sum).toBe(balance.total);
  });
}

/** The far side gives this answer to every attempt that `work` may make of one request, and to nothing after it. */
async function answering(
  { far_side }: VenueHarness,
  answer: readonly [status: number, body: unknown, retry_after_s?: number],
  work: () => Promise<void>,
): Promise<void> {
  for (let attempt = 0; attempt < READ_ATTEMPTS_MAX; attempt += 1) far_side.answerNext(...answer);
  await work();
  far_side.clearAnswers();
}

function prepare(harness: VenueHarness, plan: TransferPlan): Promise<PreparedSubmit> {
  return harness.venue.prepare(plan, { now: harness.far_side.now(), signing: null, signatures: [] });
}

function accepted(outcome: SubmitOutcome): Extract<SubmitOutcome, { outcome: "accepted" }> {
  if (outcome.outcome === "accepted") return outcome;
  throw new Error(`not accepted: ${outcome.outcome}: ${outcome.message}`);
}

function found(outcome: FindOutcome): VenueTransfer {
  if (outcome.outcome === "found") return outcome.transfer;
  throw new Error(`not found: ${JSON.stringify(outcome)}`);
}

function allMovements(harness: VenueHarness): Promise<VenueMovement[]> {
  return readFrom(harness, null);
}

async function readFrom(harness: VenueHarness, start: string | null): Promise<VenueMovement[]> {
  const all: VenueMovement[] = [];
  let cursor = start;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const read = await harness.venue.listMovements(harness.wallet, cursor);
    all.push(...read.movements);
    cursor = read.cursor;
    if (!read.has_more) return all;
  }
  throw new Error("the history has no end");
}
