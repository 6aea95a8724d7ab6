/** A wallet without an interface in the real daemon: its balance is what two people say. */
import { beforeEach, describe, expect, it } from "vitest";
import type { TreasuryConfig, WalletConfig } from "../../config/types.ts";
import { MemoryStore, tables } from "../../store/index.ts";
import { createManualVenue } from "../../venues/manual/index.ts";
import { enteredBalances, MANUAL_TYPE, type WalletProposalRow } from "../../wallets/index.ts";
import type { RunnableTreasury } from "../index.ts";
import { type Bench, HOUR, MINUTE, openBench, UNIT } from "../suite_daemon.ts";

let bench: Bench;
let treasury: RunnableTreasury;

/** One more custody wallet, on paper, in the reserve of the pool and with a registered address. */
function withPaper(config: TreasuryConfig): TreasuryConfig {
  const wallet: WalletConfig = {
    ...{ id: "paper-usdt", venue: "paper", asset: "USDT", account: "safe 7" },
    ...({ kind: "custody", status: "active" } as const),
    ...{ label: "Safe 7", poll_interval_ms: 30 * MINUTE, stale_after_ms: 24 * HOUR },
  };
  return {
    ...config,
    venues: [...config.venues, { id: "paper", type: MANUAL_TYPE, options: {} }],
    wallets: [...config.wallets, wallet],
    pools: config.pools.map((pool) => ({ ...pool, reserve: [...pool.reserve, "paper-usdt"] })),
    address_book: [
      ...config.address_book,
      ...config.address_book
        .filter((entry) => entry.wallet === "northvault-usdt")
        .map((entry) => ({ ...entry, wallet: "paper-usdt", address: "sim:paper" })),
    ],
  };
}

beforeEach(() => open());

const warned: unknown[] = [];

async function open(change = withPaper): Promise<void> {
  warned.length = 0;
  bench = openBench(change);
  const { clock, data } = bench;
  const [wallet] = bench.config.wallets.filter(({ id }) => id === "paper-usdt");
  if (wallet === undefined) throw new Error("no wallet");
  const entered = enteredBalances(new MemoryStore({ clock, data }));
  bench.venues.set("paper", createManualVenue({ id: "paper", wallets: [wallet], entered }));
  treasury = bench.start("one", (deps) => ({
    ...deps,
    log: { ...deps.log, warn: (_facts: unknown, message?: unknown) => warned.push(message) },
  }));
  await cycle();
}

async function cycle(after_ms = 0): Promise<void> {
  await bench.pass(after_ms);
  await bench.finish(treasury.cycleOnce());
}

const enter = (units: number, as_of = bench.clock.now()) =>
  treasury.proposeWallet({
    ...{ wallet_id: "paper-usdt", what: "balance", amount: BigInt(units) * UNIT, as_of, evidence: "statement 12" },
    ...{ references: ["https://statements/12"], proposed_by: "person:ana" },
  });

const vote = (person: string, { id, digest }: WalletProposalRow, said: "approve" | "deny" = "approve") =>
  treasury.voteOnWallet(bench.sign(person, { object_kind: "wallet", object_id: id, digest, vote: said }));

async function confirmed(units: number): Promise<void> {
  await vote("ben", await enter(units));
  await cycle(MINUTE);
}

const balance = () => bench.tx((tx) => tx.get(tables.balance, { wallet_id: "paper-usdt" }));
const plan = async () => (await treasury.planNow())[0];
const seen = async () => (await plan())?.snapshot.wallets.find(({ wallet_id }) => wallet_id === "paper-usdt");

describe("an entered balance", () => {
  it("counts once another person than who entered it confirmed it, with its own moment and source", async () => {
    const row = await enter(4_000_000);
    await cycle(MINUTE);
    expect(await balance()).toBeUndefined();
    await expect(vote("ana", row)).rejects.toMatchObject({ code: "authority_initiator" });
    expect(await vote("ben", row)).toMatchObject({ proposal: { state: "applied" }, quorum: { needed: 1 } });
    await cycle(MINUTE);
    expect(await balance()).toMatchObject({ total: 4_000_000n * UNIT, as_of: row.terms.as_of, source: "manual" });
    expect(await seen()).toMatchObject({ freshness: "fresh", available: 0n });
    expect((await treasury.reconcile()).at(-1)).toMatchObject({ wallet_id: "paper-usdt", state: "equal" });
  });

  it("that was denied is none", async () => {
    const row = await enter(4_000_000);
    expect((await vote("ben", row, "deny")).proposal.state).toBe("denied");
    await expect(vote("chen", row)).rejects.toMatchObject({ code: "authority_not_open" });
    await cycle(MINUTE);
    expect(await balance()).toBeUndefined();
  });

  it("is of a moment after the last one, not in the future, and never below zero", async () => {
    await confirmed(4_000_000);
    const as_of = (await balance())?.as_of ?? 0;
    await expect(enter(5, as_of)).rejects.toMatchObject({ code: "wallet_proposal_invalid" });
    await expect(enter(5, bench.clock.now() + 1)).rejects.toMatchObject({ code: "wallet_proposal_invalid" });
    await expect(enter(-5)).rejects.toMatchObject({ code: "wallet_proposal_invalid" });
  });

  it("grows old by its own time, and an old one is stale to the policy", async () => {
    await confirmed(4_000_000);
    await cycle(25 * HOUR);
    expect(await seen()).toMatchObject({ freshness: "stale", total: 4_000_000n * UNIT });
    await confirmed(4_000_000);
    expect(await seen()).toMatchObject({ freshness: "fresh" });
  });

  it("that differs from the books is a break, which people explain as every other", async () => {
    await confirmed(4_000_000);
    await confirmed(3_999_000);
    expect((await treasury.reconcile()).at(-1)).toMatchObject({ difference: -1_000n * UNIT, state: "break" });
    const [brk] = await bench.tx((tx) => tx.find(tables.breaks, { where: { wallet_id: "paper-usdt" }, limit: 5 }));
    const row = await treasury.proposeBreakResolution({
      ...{ break_id: brk?.id ?? "", remedy: "fee", transfer_id: null, evidence: "fee of the vault", references: [] },
      proposed_by: "person:ana",
    });
    const said = { object_kind: "break", object_id: row.id, digest: row.digest, vote: "approve" } as const;
    await treasury.voteOnBreak(bench.sign("ben", said));
    await treasury.voteOnBreak(bench.sign("chen", said));
    await cycle(MINUTE);
    expect((await treasury.reconcile()).at(-1)).toMatchObject({ difference: 0n, state: "equal" });
  });
});

describe("a wallet that is only watched", () => {
  it("is part of the total, and neither gives nor takes, however large the need is", async () => {
    await confirmed(40_000_000);
    for (const units of [-700_000, 9_000_000]) {
      bench.flow("exchange", units < 0 ? -590_000 : units);
      await cycle(2 * HOUR);
      await cycle(2 * HOUR);
    }
    expect((await plan())?.snapshot.wallets.filter(({ side }) => side === "reserve")).toHaveLength(4);
    const ends = (await bench.transfers()).flatMap(({ from_wallet, to_wallet }) => [from_wallet, to_wallet]);
    expect(ends.length).toBeGreaterThan(0);
    expect(ends).not.toContain("paper-usdt");
  });

  it.each([
    ["paper-usdt", "exchange-usdt"],
    ["exchange-usdt", "paper-usdt"],
  ])("refuses what people ask for: %s to %s", async (from_wallet, to_wallet) => {
    await confirmed(4_000_000);
    const asked = treasury.proposeTransfer({
      ...{ pool_id: "usdt", from_wallet, to_wallet, network: bench.config.pools[0]?.networks[0] ?? "" },
      ...{ amount: 5_000n * UNIT, reason: "by hand", initiator: "person:ana", key: "k1" },
    });
    await expect(asked).rejects.toMatchObject({
      code: "transfer_invalid",
      message: "paper-usdt is only watched: people move what is there, and enter its balance.",
    });
  });

  it("stops nobody before its first balance when it is in no pool, and its break stops its asset", async () => {
    await open((config) => ({ ...withPaper(config), pools: config.pools }));
    bench.flow("exchange", 900_000);
    await cycle(20 * MINUTE);
    expect(await balance()).toBeUndefined();
    expect(await bench.transfers()).toMatchObject([{ from_wallet: "exchange-usdt", state: "submitted" }]);
    await confirmed(4_000_000);
    await confirmed(3_000_000);
    expect((await plan())?.snapshot.frozen_reason).toBe("paper-usdt does not agree with the books");
  });

  it("is no warning in no pool before its first balance, and one in a pool", async () => {
    const unread = "The full comparison could not read this wallet.";
    expect(warned).toContain(unread);
    await open((config) => ({ ...withPaper(config), pools: config.pools }));
    expect(warned).not.toContain(unread);
  });

  it("without a balance keeps the pool waiting: nothing is not zero; and its venue is not down for that", async () => {
    expect((await plan())?.decision.verdict).not.toBe("move");
    expect(bench.notices.map(({ code }) => code)).not.toContain("venue_down");
    expect(await bench.events("venue.state")).toEqual([]);
  });
});
