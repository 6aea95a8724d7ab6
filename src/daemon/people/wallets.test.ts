/** What people decide about wallets, in the real daemon over a small world. */
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Vote } from "../../authority/types.ts";
import type { TreasuryConfig } from "../../config/types.ts";
import { tables } from "../../store/index.ts";
import type { WalletDraft, WalletProposalRow } from "../../wallets/index.ts";
import type { RunnableTreasury } from "../index.ts";
import { type Bench, MINUTE, openBench } from "../suite_daemon.ts";

let bench: Bench;
let treasury: RunnableTreasury;

async function open(change?: (config: TreasuryConfig) => TreasuryConfig): Promise<void> {
  bench = openBench(change);
  treasury = bench.start("one");
  await cycle();
}
beforeEach(() => open());

async function cycle(after_ms = 0): Promise<void> {
  await bench.pass(after_ms);
  await bench.finish(treasury.cycleOnce());
}

const propose = (wallet_id: string, what: WalletDraft["what"], more: Partial<WalletDraft> = {}) =>
  treasury.proposeWallet({
    ...{ wallet_id, what, amount: null, as_of: null, evidence: "ticket 1", references: [], proposed_by: "person:ana" },
    ...more,
  });

const vote = (person: string, { id, digest }: WalletProposalRow, said: Vote = "approve") =>
  treasury.voteOnWallet(bench.sign(person, { object_kind: "wallet", object_id: id, digest, vote: said }));

async function decide(wallet_id: string, what: WalletDraft["what"]): Promise<void> {
  const row = await propose(wallet_id, what);
  await vote("ben", row);
  await vote("chen", row);
}

const suspend = (id: string) => treasury.suspendWallet(id, "person:ana", "key under review");
const statusOf = (id: string) => treasury.deps.config.wallets.find((wallet) => wallet.id === id)?.status;
const from = async (id: string) => (await bench.transfers()).filter((row) => row.from_wallet === id);

describe("a suspended wallet", () => {
  it("takes nothing new, is still read and compared, and goes on after two others activated it", async () => {
    await suspend("exchange-usdt");
    expect(statusOf("exchange-usdt")).toBe("suspended");
    bench.flow("exchange", 2_400_000);
    await cycle(20 * MINUTE);
    expect(await from("exchange-usdt")).toEqual([]);
    const balance = await bench.tx((tx) => tx.get(tables.balance, { wallet_id: "exchange-usdt" }));
    expect(balance?.total).toBe(3_000_000_000_000n);
    expect((await treasury.reconcile()).find(({ wallet_id }) => wallet_id === "exchange-usdt")?.state).toBe("equal");
    const row = await propose("exchange-usdt", "activate");
    await expect(vote("ana", row)).rejects.toMatchObject({ code: "authority_initiator" });
    await vote("ben", row);
    expect(statusOf("exchange-usdt")).toBe("suspended");
    expect((await vote("chen", row)).proposal.state).toBe("applied");
    for (let count = 0; count < 5; count += 1) await cycle(20 * MINUTE);
    expect(await from("exchange-usdt")).toHaveLength(1);
    const events = await bench.events("wallet.standing");
    expect(events.map(({ payload }) => (payload as { to_state: string }).to_state)).toEqual(["suspended", "active"]);
  });

  it("lets what was sent finish, and keeps what was not from being sent", async () => {
    bench.flow("exchange", 900_000);
    await cycle(20 * MINUTE);
    expect(await bench.transfers()).toMatchObject([{ state: "submitted" }]);
    await suspend("exchange-usdt");
    for (let count = 0; count < 12; count += 1) await cycle(20 * MINUTE);
    expect(await bench.transfers()).toMatchObject([{ state: "settled" }]);
  });

  it("makes an approved transfer wait, through whichever instance it was suspended", async () => {
    bench.flow("exchange", -590_000);
    bench.flow("chain", -490_000);
    await cycle(20 * MINUTE);
    const [refill] = await bench.transfers();
    const { id = "", digest = "", from_wallet = "" } = refill ?? {};
    const other = bench.start("two");
    await other.suspendWallet(from_wallet, "person:ana", "key under review");
    const approve = { object_kind: "transfer", object_id: id, digest, vote: "approve" } as const;
    await treasury.castVote(bench.sign("ana", approve));
    await treasury.castVote(bench.sign("ben", approve));
    await cycle();
    expect(await bench.transfers()).toMatchObject([{ state: "approved", note_code: "transfer_wallet_inactive" }]);
    await decide(from_wallet, "activate");
    await cycle(20 * MINUTE);
    expect(await bench.transfers()).toMatchObject([{ state: "submitted" }]);
  });

  it("stays so when it is suspended twice, and across a restart", async () => {
    const [first, second] = [await suspend("chain-usdt"), await suspend("chain-usdt")];
    expect(second).toEqual(first);
    treasury = bench.start("next");
    await cycle(20 * MINUTE);
    expect(statusOf("chain-usdt")).toBe("suspended");
  });

  /** One step of people or customers; `down`: what is suspended after it. */
  async function take(one: Readonly<Record<string, string | number>>, down: Set<string>): Promise<void> {
    const { stop, go, units } = one;
    if (typeof stop === "string") {
      await suspend(stop);
      down.add(stop);
    }
    if (typeof go === "string" && down.delete(go)) await decide(go, "activate");
    if (typeof units === "number") bench.flow("exchange", units);
  }

  it("never gives or takes, whatever people and customers do meanwhile", async () => {
    const step = fc.oneof(
      fc.constantFrom("exchange-usdt", "chain-usdt", "northvault-usdt").map((stop) => ({ stop })),
      fc.constantFrom("exchange-usdt", "chain-usdt", "northvault-usdt").map((go) => ({ go })),
      fc.constantFrom(900_000, -500_000, 400_000).map((units) => ({ units })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
        await open();
        const down = new Set<string>();
        for (const one of steps) {
          const known = new Set((await bench.transfers()).map(({ id }) => id));
          await take(one, down);
          await cycle(20 * MINUTE);
          const begun = (await bench.transfers()).filter(({ id }) => !known.has(id));
          const ends = begun.flatMap(({ from_wallet, to_wallet }) => [from_wallet, to_wallet]);
          expect(ends.filter((id) => down.has(id))).toEqual([]);
        }
      }),
      { numRuns: 8 },
    );
  });
});

describe("a change of standing", () => {
  it("answers the standing it was proposed on, and no later one", async () => {
    await suspend("chain-usdt");
    const row = await propose("chain-usdt", "activate");
    await vote("ben", row);
    await expect(propose("chain-usdt", "activate")).rejects.toMatchObject({ code: "wallet_proposal_open" });
    const again = bench.start("two");
    await decideAnew(row);
    await again.suspendWallet("chain-usdt", "person:ben", "again");
    await expect(vote("chen", row)).rejects.toMatchObject({ code: "authority_not_open" });
    expect(statusOf("chain-usdt")).toBe("active");
    await cycle();
    expect(statusOf("chain-usdt")).toBe("suspended");
  });

  const decideAnew = (row: WalletProposalRow) => vote("chen", row);

  it("ends with one denial", async () => {
    await suspend("chain-usdt");
    const row = await propose("chain-usdt", "activate");
    expect((await vote("ben", row, "deny")).proposal.state).toBe("denied");
    await expect(vote("chen", row)).rejects.toMatchObject({ code: "authority_not_open" });
  });

  it("is refused where it leads nowhere, where the file forbids it, and without evidence", async () => {
    await expect(propose("chain-usdt", "activate")).rejects.toMatchObject({ code: "wallet_wrong_state" });
    await expect(propose("chain-usdt", "archive")).rejects.toMatchObject({ code: "wallet_wrong_state" });
    await expect(propose("nowhere", "activate")).rejects.toMatchObject({ code: "wallet_not_found" });
    await expect(propose("chain-usdt", "balance", { amount: 1n, as_of: 1 })).rejects.toMatchObject({
      code: "wallet_not_manual",
    });
    await suspend("chain-usdt");
    await expect(propose("chain-usdt", "activate", { evidence: " " })).rejects.toMatchObject({
      code: "wallet_proposal_invalid",
    });
  });

  it("lets a wallet that the file calls created be read, and moves nothing there before it is activated", async () => {
    await open((config) => ({
      ...config,
      wallets: config.wallets.map((one) => (one.id === "northvault-usdt" ? { ...one, status: "created" } : one)),
    }));
    bench.flow("exchange", 900_000);
    await cycle(20 * MINUTE);
    expect((await treasury.reconcile()).find(({ wallet_id }) => wallet_id === "northvault-usdt")?.state).toBe("equal");
    expect((await bench.transfers()).map(({ to_wallet }) => to_wallet)).not.toContain("northvault-usdt");
    await decide("northvault-usdt", "activate");
    expect(statusOf("northvault-usdt")).toBe("active");
  });
});

describe("archiving", () => {
  /** Moves all of it away by hand, as its customers. */
  async function empty(units: number): Promise<void> {
    bench.flow("chain", -units);
    await cycle(20 * MINUTE);
    await cycle(20 * MINUTE);
  }

  it("is for an empty wallet with nothing in flight, and says what is left", async () => {
    await suspend("chain-usdt");
    await expect(propose("chain-usdt", "archive")).rejects.toMatchObject({
      code: "wallet_not_empty",
      message: expect.stringContaining("It holds 500,000 USDT,"),
    });
    await empty(500_000);
    const row = await propose("chain-usdt", "archive");
    await vote("ben", row);
    // A customer pays in between the proposal and the last vote.
    bench.flow("chain", 5);
    await cycle(20 * MINUTE);
    await expect(vote("chen", row)).rejects.toMatchObject({ code: "wallet_not_empty" });
    expect(statusOf("chain-usdt")).toBe("suspended");
    await empty(5);
    expect((await vote("chen", row)).proposal.state).toBe("applied");
    expect(statusOf("chain-usdt")).toBe("archived");
    await expect(propose("chain-usdt", "activate")).rejects.toMatchObject({ code: "wallet_wrong_state" });
  });

  it("is refused while a transfer to it is not over", async () => {
    bench.flow("exchange", 900_000);
    await cycle(20 * MINUTE);
    const [move] = await bench.transfers();
    const to = move?.to_wallet ?? "";
    await suspend(to);
    const zero = { total: 0n, available: 0n, pending_in: 0n, pending_out: 0n, locked: 0n };
    await bench.tx((tx) => tx.update(tables.balance, { wallet_id: to }, zero));
    await bench.tx(async (tx) => {
      const account = await tx.get(tables.account, { id: `wallet/${to}/USDT` });
      expect(account).toBeDefined();
      await tx.update(tables.account, { id: `wallet/${to}/USDT` }, { posted: 0n, held: 0n });
    });
    await expect(propose(to, "archive")).rejects.toMatchObject({
      code: "wallet_not_empty",
      message: expect.stringContaining(move?.id ?? "-"),
    });
  });

  it("leaves a guard: what arrives there pages people, once for each arrival", async () => {
    await suspend("chain-usdt");
    await empty(500_000);
    await decide("chain-usdt", "archive");
    await cycle(20 * MINUTE);
    bench.notices.length = 0;
    bench.flow("chain", 7);
    await cycle(20 * MINUTE);
    await cycle(20 * MINUTE);
    const told = bench.notices.filter(({ code }) => code === "archived_wallet_received");
    expect(told).toMatchObject([{ severity: "page", ref: "chain-usdt" }]);
    expect((await bench.transfers()).map(({ from_wallet }) => from_wallet)).not.toContain("chain-usdt");
  });
});
