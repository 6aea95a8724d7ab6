/**
 * Binance spot (developers.binance.com). The fee comes out of the amount of a withdrawal; `withdrawOrderId` is a label to look up by,
 * and what a second use does is not documented, so a request is never repeated. Balances do not contain what is asked to leave, so
 * that part is taken from the list of withdrawals. There is no ledger: deposits, withdrawals and trades are read and merged.
 */
import { z } from "zod";
import type { AssetId } from "../../money/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { TransferPlan } from "../../transfers/types.ts";
import { readShape, readStatus, type StatusMeaning, wireAmount, wireId, wireInt } from "../http/index.ts";
import type { HttpReply, VendorError } from "../http/types.ts";
import { VenueError } from "../index.ts";
import type { VenueMovement } from "../port.ts";
import { BinanceOrders } from "./binance_orders.ts";
import { fromClientId, toClientId } from "./client_id.ts";
import type {
  Call,
  Decoded,
  DialectInput,
  ExchangeDialect,
  ExchangeFacts,
  Holding,
  Terms,
  WithdrawalQuery,
  WithdrawalRecord,
} from "./dialect.ts";
import { mergePage, type Source } from "./merge.ts";
import { Names } from "./names.ts";

const DAY_MS = 86_400_000;
/** Longest window of the list of withdrawals by client id. */
const WINDOW_MS = 7 * DAY_MS - 60_000;
const HISTORY_LIMIT = 1_000;

/** Refusals by which Binance proves that nothing was taken (errors.md of its documents: request and account errors). */
const REFUSED = /^-(10(02|03|13|15|16|20|21|22|99)|11\d\d|2010|2011|2013|2014|2015|40\d\d)$/;
const KINDS: readonly (readonly [RegExp, NonNullable<VendorError["kind"]>])[] = [
  [/^-(1002|1021|1022|2014|2015)$/, "venue_auth"],
  [/^-(1003|1015)$/, "venue_rate_limited"],
  [/^-(2010|4026)$/, "venue_insufficient"],
  [/^-(1000|1001|1006|1007|1016)$/, "venue_transient"],
];

const STATUS: Readonly<Record<string, StatusMeaning>> = {
  "0": { stage: "pending_approval", status: "pending" },
  "1": { stage: "final", status: "failed" },
  "2": { stage: "pending_approval", status: "pending" },
  "3": { stage: "final", status: "failed" },
  "4": { stage: "signing", status: "pending" },
  "5": { stage: "final", status: "failed" },
  "6": { stage: "final", status: "succeeded" },
};
/** Credited, and credited but not yet withdrawable. */
const DEPOSITED: ReadonlySet<string> = new Set(["1", "6"]);
/** Rejected: nothing is ever credited. */
const LOST: ReadonlySet<string> = new Set(["2"]);

export const BINANCE: ExchangeFacts = {
  exchange: "binance",
  base_url: "https://api.binance.com",
  limits: [{ requests: 1_200, per_ms: 60_000, burst: 100 }],
  account: "spot",
  idempotency: { kind: "none" },
  client_id: true,
  consistency_window_ms: 10 * 60_000,
  cancel: false,
  push: true,
  rising_nonce: false,
  orders: true,
  fee: "inside",
  unconfirmed: ["what a second use of `withdrawOrderId` does", "that the fee is taken out of `amount`"],
  readError,
  create: (input) => new Binance(input),
};

const errorShape = z.object({ code: wireInt, msg: z.string() });

function readError(reply: HttpReply): VendorError | null {
  const error = errorShape.safeParse(reply.body).data;
  if (error === undefined || error.code >= 0) return null;
  const code = String(error.code);
  const kind = KINDS.find(([pattern]) => pattern.test(code))?.[1];
  return { code, message: error.msg, untaken: REFUSED.test(code), ...(kind && { kind }) };
}

const accountShape = z.object({
  balances: z.array(z.object({ asset: z.string(), free: wireAmount, locked: wireAmount })),
});
const coinsShape = z.array(
  z.object({
    coin: z.string(),
    networkList: z.array(
      z.object({
        network: z.string(),
        withdrawEnable: z.boolean(),
        withdrawFee: wireAmount,
        withdrawMin: wireAmount,
        withdrawMax: wireAmount,
        withdrawIntegerMultiple: wireAmount,
      }),
    ),
  }),
);
const addressShape = z.object({ address: z.string().min(1), tag: z.string() });
const withdrawalShape = z.object({
  id: wireId,
  amount: wireAmount,
  transactionFee: wireAmount,
  coin: z.string(),
  status: wireInt,
  address: z.string(),
  txId: z.string().optional(),
  applyTime: z.string(),
  completeTime: z.string().optional(),
  network: z.string().optional(),
  withdrawOrderId: z.string().optional(),
});
const depositShape = z.object({
  id: wireId,
  amount: wireAmount,
  coin: z.string(),
  status: wireInt,
  txId: z.string().optional(),
  insertTime: wireInt,
});
const tradeShape = z.object({
  id: wireId,
  orderId: wireId,
  qty: wireAmount,
  quoteQty: wireAmount,
  commission: wireAmount,
  commissionAsset: z.string(),
  time: wireInt,
  isBuyer: z.boolean(),
});
const paramsShape = z.object({
  coin: z.string(),
  network: z.string(),
  address: z.string(),
  addressTag: z.string().optional(),
  amount: z.string(),
  withdrawOrderId: z.string(),
});

class Binance implements ExchangeDialect {
  readonly orders: BinanceOrders;
  readonly #input: DialectInput;
  readonly #names: Names;

  constructor(input: DialectInput) {
    this.#input = input;
    this.#names = new Names(input.assets, input.options);
    this.orders = new BinanceOrders(input, this.#names);
  }

  async assets(): Promise<readonly AssetId[]> {
    const rows = await this.#account();
    return rows.flatMap((row) => this.#names.assetOf(row.asset) ?? []);
  }

  async holding(asset: AssetId): Promise<Holding> {
    const leaving = await this.#leaving(asset);
    const row = (await this.#account()).find((each) => each.asset === this.#names.coin(asset));
    // One that began or ended in between would be counted on both sides, or on neither.
    if (leaving !== (await this.#leaving(asset))) {
      throw new VenueError(
        "venue_transient",
        "A withdrawal began or ended while the balance was read; it is read again.",
      );
    }
    const units = (text: string | undefined): bigint => this.#names.units(asset, text ?? "0");
    return { available: units(row?.free), locked: units(row?.locked), leaving };
  }

  async terms(asset: AssetId): Promise<readonly Terms[]> {
    const body = await this.#input.api.read(get("capital/config/getall"), "lookup");
    const rows = readShape(coinsShape, body, "list of coins");
    const coin = this.#names.coin(asset);
    const units = (text: string): bigint => this.#names.units(asset, text);
    return (rows.find((row) => row.coin === coin)?.networkList ?? []).flatMap((row) => {
      const network = this.#names.networkOf(row.network);
      if (network === null) return [];
      const maximum = units(row.withdrawMax);
      const step = units(row.withdrawIntegerMultiple);
      return [
        {
          network,
          enabled: row.withdrawEnable,
          fee: units(row.withdrawFee),
          minimum: units(row.withdrawMin),
          maximum: maximum > 0n ? maximum : null,
          step: step > 0n ? step : 1n,
        },
      ];
    });
  }

  async depositAddress(asset: AssetId, network: string) {
    const params = { coin: this.#names.coin(asset), network: this.#names.network(network) };
    const body = await this.#input.api.read(get("capital/deposit/address", "sapi", params));
    const { address, tag } = readShape(addressShape, body, "address");
    return { address, memo: tag === "" ? null : tag };
  }

  withdrawal(plan: TransferPlan, fee: bigint): Call {
    const client_id = toClientId(plan.id);
    if (client_id === null) throw new VenueError("venue_invalid", `"${plan.id}" is no reference of Tidegate's.`);
    const params = {
      coin: this.#names.coin(plan.asset),
      network: this.#names.network(plan.network),
      address: plan.to.address,
      ...(plan.to.memo !== null && { addressTag: plan.to.memo }),
      amount: this.#names.text(plan.asset, BigInt(plan.amount) + fee),
      withdrawOrderId: client_id,
    };
    return { api: "sapi", method: "POST", path: "capital/withdraw/apply", params };
  }

  decode({ params }: Call, fee: bigint): Decoded {
    const row = readShape(paramsShape, params, "prepared request");
    const asset = this.#names.assetOf(row.coin);
    const network = this.#names.networkOf(row.network);
    if (asset === null || network === null) throw new VenueError("venue_invalid", "The prepared request is not ours.");
    return {
      to_address: row.address,
      to_memo: row.addressTag ?? null,
      asset,
      network,
      amount: this.#names.units(asset, row.amount) - fee,
      reference: fromClientId(row.withdrawOrderId),
    };
  }

  acceptedRef(body: unknown): string | null {
    return z.object({ id: wireId }).safeParse(body).data?.id ?? null;
  }

  async withdrawals({ asset, reference, since }: WithdrawalQuery): Promise<readonly WithdrawalRecord[]> {
    const client_id = toClientId(reference);
    if (client_id === null) return [];
    const from = since - 60_000;
    const params = {
      coin: this.#names.coin(asset),
      withdrawOrderId: client_id,
      startTime: String(from),
      endTime: String(from + WINDOW_MS),
    };
    const body = await this.#input.api.read(get("capital/withdraw/history", "sapi", params), "lookup");
    return readShape(z.array(withdrawalShape), body, "list of withdrawals")
      .filter((row) => row.withdrawOrderId === client_id)
      .map((row) => this.#record(asset, row));
  }

  cancellation(): null {
    return null;
  }

  movements(asset: AssetId, cursor: string | null) {
    const start = this.#input.api.now() - this.#input.options.history_ms;
    return mergePage(cursor, start, [
      this.#source(asset, "capital/deposit/hisrec", (body) => this.#deposits(asset, body), depositsWaiting),
      this.#source(asset, "capital/withdraw/history", (body) => this.#sent(asset, body), withdrawalsWaiting),
      ...this.#markets(asset).map((market) => this.#trades(asset, market)),
    ]);
  }

  #source(
    asset: AssetId,
    path: string,
    read: (body: unknown) => readonly VenueMovement[],
    waitingIn: (body: unknown) => readonly string[],
  ): Source {
    return async (since) => {
      const params = { coin: this.#names.coin(asset), startTime: String(since), limit: String(HISTORY_LIMIT) };
      const body = await this.#input.api.read(get(path, "sapi", params));
      const full = Array.isArray(body) && body.length >= HISTORY_LIMIT;
      return { movements: read(body), full, waiting: waitingIn(body) };
    };
  }

  #deposits(asset: AssetId, body: unknown): readonly VenueMovement[] {
    return readShape(z.array(depositShape), body, "list of deposits")
      .filter((row) => DEPOSITED.has(String(row.status)))
      .map((row) => ({
        ...movement(`deposit:${row.id}`, asset, "in", this.#names.units(asset, row.amount), row.insertTime),
        tx_hash: row.txId || null,
      }));
  }

  #sent(asset: AssetId, body: unknown): readonly VenueMovement[] {
    return readShape(z.array(withdrawalShape), body, "list of withdrawals").flatMap((row) => {
      const record = this.#record(asset, row);
      if (record.status !== "succeeded") return [];
      const at = timeOf(row.completeTime ?? row.applyTime);
      return [
        {
          ...movement(`withdrawal:${row.id}`, asset, "out", record.amount, at),
          fee: record.fee ?? 0n,
          reference: record.reference,
          tx_hash: record.tx_hash,
          counterparty: record.to_address,
        },
      ];
    });
  }

  #trades(asset: AssetId, [base, quote]: readonly [AssetId, AssetId]): Source {
    const symbol = this.#names.coin(base) + this.#names.coin(quote);
    return async (since) => {
      const params = { symbol, startTime: String(since), limit: String(HISTORY_LIMIT) };
      const body = await this.#input.api.read(get("myTrades", "private", params));
      const rows = readShape(z.array(tradeShape), body, "list of trades");
      const references = await this.orders.referencesOf(
        symbol,
        rows.map(({ orderId }) => orderId),
      );
      const waiting: string[] = [];
      const movements = rows.flatMap((row) => {
        const id = `trade:${symbol}:${row.id}`;
        const reference = references.get(row.orderId);
        if (reference === undefined) {
          waiting.push(id);
          return [];
        }
        const text = asset === base ? row.qty : row.quoteQty;
        const direction = (asset === base) === row.isBuyer ? ("in" as const) : ("out" as const);
        const fee = this.#names.assetOf(row.commissionAsset) === asset ? this.#names.units(asset, row.commission) : 0n;
        const amount = this.#names.units(asset, text);
        const net = direction === "in" ? { amount: amount - fee, fee: 0n } : { amount, fee };
        return [{ ...movement(id, asset, direction, net.amount, row.time), fee: net.fee, reference }];
      });
      return { movements, full: rows.length >= HISTORY_LIMIT, waiting };
    };
  }

  #markets(asset: AssetId): readonly (readonly [AssetId, AssetId])[] {
    return this.#input.options.markets
      .map((market) => market.split("/") as [AssetId, AssetId])
      .filter((pair) => pair.includes(asset));
  }

  async #account() {
    return readShape(accountShape, await this.#input.api.read(get("account", "private")), "account").balances;
  }

  /** Asked to leave and not gone. */
  async #leaving(asset: AssetId): Promise<bigint> {
    const since = this.#input.api.now() - WINDOW_MS;
    const params = { coin: this.#names.coin(asset), startTime: String(since), limit: String(HISTORY_LIMIT) };
    const body = await this.#input.api.read(get("capital/withdraw/history", "sapi", params));
    return readShape(z.array(withdrawalShape), body, "list of withdrawals")
      .filter((row) => !readStatus(STATUS, String(row.status)).final)
      .map((row) => this.#names.units(asset, row.amount) + this.#names.units(asset, row.transactionFee))
      .reduce((sum, gross) => sum + gross, 0n);
  }

  #record(asset: AssetId, row: z.output<typeof withdrawalShape>): WithdrawalRecord {
    const { stage, status, final } = readStatus(STATUS, String(row.status));
    const amount = this.#names.units(asset, row.amount);
    return {
      venue_ref: row.id,
      reference: row.withdrawOrderId ? fromClientId(row.withdrawOrderId) : null,
      tx_hash: row.txId || null,
      stage,
      status,
      final,
      to_address: row.address,
      asset,
      amount,
      amount_received: status === "succeeded" ? amount : null,
      fee: status === "failed" ? 0n : this.#names.units(asset, row.transactionFee),
      confirmations: null,
      confirmations_needed: null,
      raw_status: String(row.status),
      created_at: timeOf(row.applyTime),
    };
  }
}

/** Seen and not credited: it is dated by when it was seen, and told when it counts, whatever came in between. */
function depositsWaiting(body: unknown): readonly string[] {
  return readShape(z.array(depositShape), body, "list of deposits")
    .filter(({ status }) => !DEPOSITED.has(String(status)) && !LOST.has(String(status)))
    .map(({ id }) => `deposit:${id}`);
}

/** Asked for and not at its end: its time of completion may be before what was told since. */
function withdrawalsWaiting(body: unknown): readonly string[] {
  return readShape(z.array(withdrawalShape), body, "list of withdrawals")
    .filter(({ status }) => !readStatus(STATUS, String(status)).final)
    .map(({ id }) => `withdrawal:${id}`);
}

function get(path: string, api = "sapi", params: Record<string, string> = {}): Call {
  return { api, method: "GET", path, params };
}

function movement(
  id: string,
  asset: AssetId,
  direction: "in" | "out",
  amount: bigint,
  at: Instant,
): Omit<VenueMovement, "direction"> & { readonly direction: "in" | "out" } {
  const nobody = { reference: null, tx_hash: null, counterparty: null, height: null };
  return { id, asset, direction, amount, fee: 0n, at, final: true, ...nobody };
}

/** `2026-01-07 12:00:00`, in UTC. */
function timeOf(text: string): Instant {
  const at = Date.parse(`${text.replace(" ", "T")}Z`);
  if (Number.isFinite(at)) return at;
  throw new VenueError("venue_invalid", `The exchange states "${text.slice(0, 40)}" as a time.`);
}
