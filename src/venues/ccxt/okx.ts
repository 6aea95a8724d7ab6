/**
 * OKX (www.okx.com/docs-v5), the funding account. The fee is charged beside the amount; `clientId` labels a withdrawal, and a second use
 * of it is refused or not, which is not documented, so a request is never repeated. Bills list every change of the account.
 */
import { z } from "zod";
import type { AssetId } from "../../money/index.ts";
import type { TransferPlan } from "../../transfers/types.ts";
import { readShape, readStatus, type StatusMeaning, wireAmount } from "../http/index.ts";
import type { HttpReply, VendorError } from "../http/types.ts";
import { VenueError } from "../index.ts";
import type { VenueMovement } from "../port.ts";
import { fromClientId, toClientId } from "./client_id.ts";
import type {
  Call,
  Decoded,
  DialectInput,
  ExchangeDialect,
  ExchangeFacts,
  Holding,
  Page,
  Terms,
  WithdrawalQuery,
  WithdrawalRecord,
} from "./dialect.ts";
import { mergePage, type SourcePage } from "./merge.ts";
import { Names } from "./names.ts";

const BILLS_PAGE = 100;
const BILLS_PAGES_MAX = 40;
const WITHDRAWALS_PAGE = 100;
/** So far back the withdrawals that bills name are looked for. */
const WITHDRAWAL_PAGES_MAX = 40;
/** To an address on a chain, not to another account of OKX. */
const ON_CHAIN = "4";

const KINDS: readonly (readonly [RegExp, NonNullable<VendorError["kind"]>])[] = [
  [/^50011$/, "venue_rate_limited"],
  [/^501\d\d$/, "venue_auth"],
  [/^58350$|^51008$/, "venue_insufficient"],
  [/^58207$/, "venue_policy_denied"],
  [/^50(001|004|013|026)$/, "venue_transient"],
];
/** By these OKX proves that nothing was taken. */
const REFUSED = /^(50011|501\d\d|51000|5800\d|582(0\d|1[0-5]|2\d)|583\d\d)$/;

const STATUS: Readonly<Record<string, StatusMeaning>> = {
  "-3": { stage: "pending_approval", status: "pending" },
  "-2": { stage: "final", status: "failed" },
  "-1": { stage: "final", status: "failed" },
  "0": { stage: "accepted", status: "pending" },
  "1": { stage: "signing", status: "pending" },
  "2": { stage: "final", status: "succeeded" },
  "3": { stage: "pending_approval", status: "pending" },
  "4": { stage: "pending_approval", status: "pending" },
  "5": { stage: "compliance_hold", status: "pending" },
  "6": { stage: "compliance_hold", status: "pending" },
  "7": { stage: "signing", status: "pending" },
  "8": { stage: "compliance_hold", status: "pending" },
  "9": { stage: "compliance_hold", status: "pending" },
  "10": { stage: "accepted", status: "pending" },
  "12": { stage: "compliance_hold", status: "pending" },
  "15": { stage: "accepted", status: "pending" },
  "16": { stage: "accepted", status: "pending" },
};

export const OKX: ExchangeFacts = {
  exchange: "okx",
  base_url: "https://www.okx.com",
  limits: [{ requests: 6, per_ms: 1_000 }],
  account: "funding",
  idempotency: { kind: "none" },
  client_id: true,
  consistency_window_ms: 10 * 60_000,
  cancel: true,
  push: false,
  rising_nonce: false,
  orders: false,
  fee: "beside",
  unconfirmed: ["what a second use of `clientId` does", "that a bill is written when a withdrawal has left"],
  readError,
  create: (input) => new Okx(input),
};

const envelope = z.object({ code: z.string(), msg: z.string(), data: z.unknown() });

function readError(reply: HttpReply): VendorError | null {
  const answer = envelope.safeParse(reply.body).data;
  if (answer === undefined || answer.code === "0") return null;
  const kind = KINDS.find(([pattern]) => pattern.test(answer.code))?.[1] ?? "venue_invalid";
  return { code: answer.code, message: answer.msg, kind, untaken: REFUSED.test(answer.code) };
}

const balanceShape = z.array(
  z.object({ ccy: z.string(), bal: wireAmount, availBal: wireAmount, frozenBal: wireAmount }),
);
const chainShape = z.array(
  z.object({
    chain: z.string(),
    canWd: z.boolean(),
    minWd: wireAmount,
    maxWd: wireAmount,
    wdTickSz: wireAmount,
    minFee: wireAmount.optional(),
    fee: wireAmount.optional(),
  }),
);
const addressShape = z.array(
  z.object({
    chain: z.string(),
    addr: z.string().min(1),
    tag: z.string().nullish(),
    memo: z.string().nullish(),
    pmtId: z.string().nullish(),
  }),
);
const withdrawalShape = z.object({
  wdId: z.string().min(1),
  clientId: z.string().optional(),
  amt: wireAmount,
  fee: wireAmount,
  to: z.string(),
  txId: z.string().optional(),
  state: z.string(),
  ts: wireAmount,
});
const billShape = z.object({
  billId: z.string(),
  balChg: wireAmount,
  type: z.string(),
  ts: wireAmount,
  clientId: z.string().optional(),
});
type Bill = z.output<typeof billShape>;
const paramsShape = z.object({
  ccy: z.string(),
  amt: z.string(),
  toAddr: z.string(),
  chain: z.string(),
  clientId: z.string(),
  fee: z.string(),
});

class Okx implements ExchangeDialect {
  readonly #input: DialectInput;
  readonly #names: Names;

  constructor(input: DialectInput) {
    this.#input = input;
    this.#names = new Names(input.assets, input.options);
  }

  async assets(): Promise<readonly AssetId[]> {
    const rows = readShape(balanceShape, await this.#get("asset/balances"), "list of balances");
    return rows.flatMap((row) => this.#names.assetOf(row.ccy) ?? []);
  }

  async holding(asset: AssetId): Promise<Holding> {
    const ccy = this.#names.coin(asset);
    const rows = readShape(balanceShape, await this.#get("asset/balances", { ccy }), "list of balances");
    const row = rows.find((each) => each.ccy === ccy);
    const units = (text: string | undefined): bigint => this.#names.units(asset, text ?? "0");
    const available = units(row?.availBal);
    const leaving = units(row?.frozenBal);
    const locked = units(row?.bal) - available - leaving;
    if (locked < 0n) throw new VenueError("venue_invalid", `OKX states a balance of ${asset} below its parts.`);
    return { available, locked, leaving };
  }

  async terms(asset: AssetId): Promise<readonly Terms[]> {
    const coin = this.#names.coin(asset);
    const rows = readShape(chainShape, await this.#get("asset/currencies", { ccy: coin }, "lookup"), "list of chains");
    return rows.flatMap((row) => {
      const network = this.#networkOf(coin, row.chain);
      if (network === null) return [];
      const digits = Number(row.wdTickSz);
      return [
        {
          network,
          enabled: row.canWd,
          fee: this.#names.units(asset, row.fee ?? row.minFee ?? "0"),
          minimum: this.#names.units(asset, row.minWd),
          maximum: this.#names.units(asset, row.maxWd),
          step: this.#names.units(asset, digits === 0 ? "1" : `0.${"1".padStart(digits, "0")}`),
        },
      ];
    });
  }

  async depositAddress(asset: AssetId, network: string) {
    const coin = this.#names.coin(asset);
    const rows = readShape(addressShape, await this.#get("asset/deposit-address", { ccy: coin }), "list of addresses");
    const row = rows.find((each) => each.chain === this.#chain(coin, network));
    if (row === undefined) throw new VenueError("venue_not_found", `OKX shows no address of ${asset} on ${network}.`);
    return { address: row.addr, memo: row.tag || row.memo || row.pmtId || null };
  }

  withdrawal(plan: TransferPlan, fee: bigint): Call {
    const client_id = toClientId(plan.id);
    if (client_id === null) throw new VenueError("venue_invalid", `"${plan.id}" is no reference of Tidegate's.`);
    const ccy = this.#names.coin(plan.asset);
    const params = {
      ccy,
      amt: this.#names.text(plan.asset, BigInt(plan.amount)),
      fee: this.#names.text(plan.asset, fee),
      dest: ON_CHAIN,
      toAddr: plan.to.memo === null ? plan.to.address : `${plan.to.address}:${plan.to.memo}`,
      chain: this.#chain(ccy, plan.network),
      clientId: client_id,
    };
    return { api: "private", method: "POST", path: "asset/withdrawal", params };
  }

  decode({ params }: Call): Decoded {
    const row = readShape(paramsShape, params, "prepared request");
    const asset = this.#names.assetOf(row.ccy);
    const network = this.#networkOf(row.ccy, row.chain);
    if (asset === null || network === null) throw new VenueError("venue_invalid", "The prepared request is not ours.");
    const [to_address = "", memo] = row.toAddr.split(":");
    return {
      to_address,
      to_memo: memo ?? null,
      asset,
      network,
      amount: this.#names.units(asset, row.amt),
      reference: fromClientId(row.clientId),
    };
  }

  acceptedRef(body: unknown): string | null {
    const { code, data } = envelope.safeParse(body).data ?? {};
    const rows = z.array(z.object({ wdId: z.string().min(1) })).safeParse(data).data;
    return code === "0" ? (rows?.[0]?.wdId ?? null) : null;
  }

  async withdrawals({ asset, reference, venue_ref }: WithdrawalQuery): Promise<readonly WithdrawalRecord[]> {
    const client_id = toClientId(reference);
    if (client_id === null) return [];
    const params = {
      ccy: this.#names.coin(asset),
      ...(venue_ref === null ? { clientId: client_id } : { wdId: venue_ref }),
    };
    const body = await this.#get("asset/withdrawal-history", params, "lookup");
    return readShape(z.array(withdrawalShape), body, "list of withdrawals")
      .filter((row) => row.clientId === client_id)
      .map((row) => this.#record(asset, row));
  }

  cancellation(venue_ref: string): Call {
    return { api: "private", method: "POST", path: "asset/cancel-withdrawal", params: { wdId: venue_ref } };
  }

  movements(asset: AssetId, cursor: string | null): Promise<Page> {
    const start = this.#input.api.now() - this.#input.options.history_ms;
    return mergePage(cursor, start, [async (since) => this.#bills(asset, since)]);
  }

  async #bills(asset: AssetId, since: number) {
    const found: Bill[] = [];
    let after: string | null = null;
    for (let page = 0; page < BILLS_PAGES_MAX; page += 1) {
      const params: Record<string, string> = { ccy: this.#names.coin(asset), limit: String(BILLS_PAGE) };
      if (after !== null) params.after = after;
      const rows: Bill[] = readShape(z.array(billShape), await this.#get("asset/bills", params), "list of bills");
      found.push(...rows.filter((row) => Number(row.ts) >= since));
      const last = rows.at(-1);
      if (last === undefined || rows.length < BILLS_PAGE || Number(last.ts) < since) {
        return { ...(await this.#told(asset, found)), full: false };
      }
      after = last.billId;
    }
    const message = `There are more than ${BILLS_PAGES_MAX * BILLS_PAGE} bills since the last look; lower history_ms.`;
    throw new VenueError("venue_invalid", message);
  }

  /**
   * A bill's change contains the fee and does not state it; the withdrawal that it names does. A bill whose withdrawal was not
   * found waits: without its fee and its reference it would be told as something else.
   */
  async #told(asset: AssetId, bills: readonly Bill[]): Promise<Pick<SourcePage, "movements" | "waiting">> {
    const referenceOf = (row: Bill): string | null => (row.clientId ? fromClientId(row.clientId) : null);
    const withdrawals = await this.#named(asset, new Set(bills.flatMap((row) => referenceOf(row) ?? [])));
    const movements: VenueMovement[] = [];
    const waiting: string[] = [];
    for (const row of bills) {
      const reference = referenceOf(row);
      const withdrawal = reference === null ? undefined : withdrawals.get(reference);
      if (reference !== null && withdrawal === undefined) waiting.push(row.billId);
      else movements.push(this.#movement(asset, row, withdrawal));
    }
    return { movements, waiting };
  }

  /** The withdrawals of these references, newest first, as far back as the limit allows. */
  async #named(asset: AssetId, references: ReadonlySet<string>): Promise<ReadonlyMap<string, WithdrawalRecord>> {
    const found = new Map<string, WithdrawalRecord>();
    const ccy = this.#names.coin(asset);
    let after: string | null = null;
    for (let page = 0; page < WITHDRAWAL_PAGES_MAX && found.size < references.size; page += 1) {
      const params = { ccy, limit: String(WITHDRAWALS_PAGE), ...(after === null ? {} : { after }) };
      const body = await this.#get("asset/withdrawal-history", params);
      const rows: z.output<typeof withdrawalShape>[] = readShape(z.array(withdrawalShape), body, "list of withdrawals");
      for (const row of rows) {
        const record = this.#record(asset, row);
        if (record.reference !== null && references.has(record.reference)) found.set(record.reference, record);
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < WITHDRAWALS_PAGE) break;
      // `after` leaves out its own millisecond, in which others may stand that did not fit.
      const next = String(Number(last.ts) + 1);
      if (next === after) break;
      after = next;
    }
    return found;
  }

  #movement(asset: AssetId, row: z.output<typeof billShape>, withdrawal: WithdrawalRecord | undefined): VenueMovement {
    const change = this.#names.signed(asset, row.balChg);
    const out = change < 0n;
    const fee = out ? (withdrawal?.fee ?? 0n) : 0n;
    return {
      id: row.billId,
      direction: out ? "out" : "in",
      amount: out ? -change - fee : change,
      fee,
      asset,
      reference: out ? (withdrawal?.reference ?? null) : null,
      tx_hash: withdrawal?.tx_hash ?? null,
      counterparty: withdrawal?.to_address ?? null,
      at: Number(row.ts),
      height: null,
      final: true,
    };
  }

  #record(asset: AssetId, row: z.output<typeof withdrawalShape>): WithdrawalRecord {
    const { stage, status, final } = readStatus(STATUS, row.state);
    const amount = this.#names.units(asset, row.amt);
    return {
      venue_ref: row.wdId,
      reference: row.clientId ? fromClientId(row.clientId) : null,
      tx_hash: row.txId || null,
      stage,
      status,
      final,
      to_address: row.to.split(":")[0] ?? "",
      asset,
      amount,
      amount_received: status === "succeeded" ? amount : null,
      fee: status === "failed" ? 0n : this.#names.units(asset, row.fee),
      confirmations: null,
      confirmations_needed: null,
      raw_status: row.state,
      created_at: Number(row.ts),
    };
  }

  #chain(coin: string, network: string): string {
    return `${coin}-${this.#names.network(network)}`;
  }

  #networkOf(coin: string, chain: string): string | null {
    return chain.startsWith(`${coin}-`) ? this.#names.networkOf(chain.slice(coin.length + 1)) : null;
  }

  async #get(
    path: string,
    params: Record<string, string> = {},
    priority: "poll" | "lookup" = "poll",
  ): Promise<unknown> {
    const body = await this.#input.api.read({ api: "private", method: "GET", path, params }, priority);
    return readShape(envelope, body, "answer").data;
  }
}
