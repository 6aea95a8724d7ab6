/**
 * How many postings per second the books take from many callers at once, and whether they still balance afterwards. Each posting
 * writes its row with the idempotency key, two entries with running balances, two balances and its event, durably, before its
 * caller is answered. On the server that is named, or on the embedded store in a directory of its own.
 */
import { loadavg } from "node:os";
import { createPoster, credit, debit, equityAccount, type PostInput, walletAccount } from "../src/ledger/index.ts";
import type { Ids } from "../src/ports/index.ts";
import type { Store } from "../src/store/index.ts";
import { createIds } from "../src/system/ids.ts";
import { type BooksCheck, checkBooks } from "./ledger_check.ts";
import { measure, type Rate, round } from "./ledger_measure.ts";
import { benchPgledger, type PeerResult } from "./ledger_peer.ts";
import { openEmbedded, openServer } from "./subject.ts";

export interface BenchLedgerOptions {
  /** Accounts the postings go between; at least 2. The fewer, the hotter. */
  readonly accounts: number;
  /** Each posts again as soon as it is answered. */
  readonly callers: number;
  readonly seconds: number;
  /** Null: the embedded store. */
  readonly database_url: string | null;
  /** Files of pgledger's SQL, in the order in which they are loaded; empty: it is not run. */
  readonly pgledger_sql: readonly string[];
  readonly batch_max?: number;
}

export interface BenchLedgerResult extends Rate {
  readonly engine: string;
  readonly accounts: number;
  readonly callers: number;
  readonly seconds: number;
  readonly batches: number;
  readonly batch_mean: number;
  readonly batch_largest: number;
  readonly check: BooksCheck;
  readonly pgledger: PeerResult | null;
  /** Our postings per second over pgledger's. */
  readonly times_pgledger: number | null;
  /** Load averages of the machine over one minute, before and after. */
  readonly load: readonly [before: number, after: number];
}

const ASSET = "USDT";
/** More than any run moves, so that none is refused. */
const OPENING = 10n ** 30n;
const AMOUNT_MAX = 1_000;
/** On a server: one batch is judged here while another is written there. */
const IN_FLIGHT = 2;

/** @example await benchLedger({ accounts: 50, callers: 20, seconds: 5, database_url, pgledger_sql: [] }) */
export async function benchLedger(options: BenchLedgerOptions): Promise<BenchLedgerResult> {
  const { database_url, pgledger_sql, accounts, callers, seconds } = options;
  const load_before = round(loadavg()[0] ?? 0);
  const subject = database_url === null ? await openEmbedded() : await openServer(database_url);
  try {
    const ours = await drive(subject.store, options);
    const check = await checkBooks(subject.store);
    const compared = database_url !== null && pgledger_sql.length > 0;
    const peer = compared ? await benchPgledger({ ...options, database_url }) : null;
    return {
      engine: (await subject.store.check()).engine,
      accounts,
      callers,
      seconds,
      ...ours,
      check,
      pgledger: peer,
      times_pgledger: peer === null ? null : round(ours.per_second / peer.per_second),
      load: [load_before, round(loadavg()[0] ?? 0)],
    };
  } finally {
    await subject.dispose();
  }
}

async function drive(store: Store, { accounts, callers, seconds, batch_max, database_url }: BenchLedgerOptions) {
  const ids = createIds({ now: Date.now });
  const sizes: number[] = [];
  const onBatch = (size: number): void => void sizes.push(size);
  const in_flight = database_url === null ? 1 : IN_FLIGHT;
  const poster = createPoster({ store, ids, onBatch, in_flight, ...(batch_max === undefined ? {} : { batch_max }) });
  await Promise.all(Array.from({ length: accounts }, (_, index) => poster.post(opening(index))));
  sizes.length = 0;
  const rate = await measure(callers, seconds, async () => {
    const input = move(ids, accounts);
    await poster.post(input, ({ id }) => ({
      kind: "movement.booked",
      ref: input.ref,
      actor: "daemon",
      at: input.at,
      payload: {
        wallet_id: input.ref,
        movement_id: input.key,
        asset: ASSET,
        direction: "out",
        amount: String(input.lines[0]?.amount),
        fee: "0",
        counterparty: null,
        tx_hash: null,
        transfer_id: null,
        posting_id: id,
      },
    }));
  });
  const batch_mean = round(sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, sizes.length));
  return { ...rate, batches: sizes.length, batch_mean, batch_largest: Math.max(0, ...sizes) };
}

const accountOf = (index: number) => walletAccount(`bench-${index}`, ASSET);

function opening(index: number): PostInput {
  return {
    key: `opening/bench-${index}`,
    kind: "opening",
    ref: `bench-${index}`,
    memo: "bench",
    at: Date.now(),
    lines: [debit(accountOf(index), OPENING), credit(equityAccount(ASSET), OPENING)],
  };
}

/** Between two accounts drawn at random. */
function move(ids: Ids, accounts: number): PostInput {
  const from = Math.floor(Math.random() * accounts);
  const to = (from + 1 + Math.floor(Math.random() * (accounts - 1))) % accounts;
  const amount = BigInt(1 + Math.floor(Math.random() * AMOUNT_MAX));
  return {
    key: ids.next("mov"),
    kind: "withdrawal",
    ref: `bench-${from}`,
    memo: "bench",
    at: Date.now(),
    lines: [debit(accountOf(to), amount), credit(accountOf(from), amount)],
  };
}
