/**
 * Kraken spot (docs.kraken.com). A withdrawal goes to an address that was registered under a name, and has no client id: after a lost
 * answer it is found by destination, amount and time, and two that fit are nobody's. The fee comes out of the amount. A ledger lists
 * every change; `Partial` is not success.
 */
import { z } from "zod";
import type { AssetId } from "../../money/index.ts";
import type { TransferPlan } from "../../transfers/types.ts";
import { readShape, readStatus, type StatusMeaning, wireAmount } from "../http/index.ts";
import type { HttpReply, VendorError } from "../http/types.ts";
import { VenueError } from "../index.ts";
import type { VenueMovement } from "../port.ts";
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
import { KrakenOrders } from "./kraken_orders.ts";
import { mergePage, type SourcePage } from "./merge.ts";
import { Names } from "./names.ts";

/** Clocks may differ by this much when a withdrawal is matched by its time. */
const MATCH_BEFORE_MS = 60_000;
const LEDGER_PAGE = 50;
const LEDGER_PAGES_MAX = 40;
const SECOND_MS = 1_000;
/** A withdrawal that is open for longer is seen no more among what leaves. */
const OPEN_MS_MAX = 30 * 86_400_000;

const KINDS: readonly (readonly [RegExp, NonNullable<VendorError["kind"]>])[] = [
  [/^EAPI:Invalid nonce/, "venue_transient"],
  [/^EAPI:Rate limit|^EOrder:Rate limit|^EGeneral:Temporary lockout/, "venue_rate_limited"],
  [/^EAPI:|^EGeneral:Permission denied/, "venue_auth"],
  [/^E(Funding|Order):Insufficient/, "venue_insufficient"],
  [/^EFunding:Unknown withdraw key/, "venue_policy_denied"],
  [/^EService:|^EGeneral:Internal/, "venue_transient"],
];
/** By these Kraken proves that nothing was taken. */
const REFUSED = /^(EAPI:(Invalid|Rate limit)|EGeneral:(Invalid arguments|Permission denied)|EFunding:|EQuery:|EOrder:)/;

const STATUS: Readonly<Record<string, StatusMeaning>> = {
  Initial: { stage: "accepted", status: "pending" },
  Pending: { stage: "signing", status: "pending" },
  Settled: { stage: "confirming", status: "pending" },
  Success: { stage: "final", status: "succeeded" },
  Failure: { stage: "final", status: "failed" },
  // Part of it went: neither paid nor free. People look.
  Partial: { stage: "final", status: "unproven" },
};

export const KRAKEN: ExchangeFacts = {
  exchange: "kraken",
  base_url: "https://api.kraken.com",
  limits: [{ requests: 20, per_ms: 60_000, burst: 15 }],
  account: "spot",
  idempotency: { kind: "none" },
  client_id: false,
  consistency_window_ms: 30 * 60_000,
  cancel: true,
  push: false,
  rising_nonce: true,
  orders: true,
  fee: "inside",
  unconfirmed: ["that the ledger books a withdrawal when it is asked for"],
  readError,
  create: (input) => new Kraken(input),
};

const envelope = z.object({ error: z.array(z.string()), result: z.unknown().optional() });

function readError(reply: HttpReply): VendorError | null {
  const error = envelope.safeParse(reply.body).data?.error[0];
  if (error === undefined) return null;
  const kind = KINDS.find(([pattern]) => pattern.test(error))?.[1] ?? "venue_invalid";
  return { code: error.split(":").slice(0, 2).join(":"), message: error, kind, untaken: REFUSED.test(error) };
}

const balancesShape = z.record(z.string(), z.object({ balance: wireAmount, hold_trade: wireAmount.optional() }));
const methodsShape = z.array(z.object({ method: z.string(), minimum: wireAmount.optional() }));
const infoShape = z.object({ limit: wireAmount, fee: wireAmount });
const addressesShape = z.array(z.object({ address: z.string().min(1), tag: z.string().nullish() })).min(1);
const withdrawalShape = z.object({
  refid: z.string().min(1),
  txid: z.string().nullish(),
  info: z.string(),
  amount: wireAmount,
  fee: wireAmount,
  time: wireAmount,
  status: z.string(),
  "status-prop": z.string().optional(),
});
const entryShape = z.object({
  refid: z.string(),
  time: wireAmount,
  type: z.string(),
  amount: wireAmount,
  fee: wireAmount,
});
const ledgerShape = z.object({ ledger: z.record(z.string(), entryShape), count: wireAmount });
const paramsShape = z.object({ asset: z.string(), key: z.string(), address: z.string(), amount: z.string() });

class Kraken implements ExchangeDialect {
  readonly orders: KrakenOrders;
  readonly #input: DialectInput;
  readonly #names: Names;

  constructor(input: DialectInput) {
    this.#input = input;
    this.#names = new Names(input.assets, {
      ...input.options,
      coins: {
        ...(input.assets.has("BTC") && { BTC: "XXBT" }),
        ...(input.assets.has("ETH") && { ETH: "XETH" }),
        ...input.options.coins,
      },
    });
    this.orders = new KrakenOrders(input, this.#names);
  }

  async assets(): Promise<readonly AssetId[]> {
    const rows = readShape(balancesShape, await this.#read("BalanceEx"), "list of balances");
    return Object.keys(rows).flatMap((coin) => this.#names.assetOf(coin) ?? []);
  }

  async holding(asset: AssetId): Promise<Holding> {
    const leaving = await this.#leaving(asset);
    const rows = readShape(balancesShape, await this.#read("BalanceEx"), "list of balances");
    // One that began or got its hash in between would be counted on both sides, or on neither.
    if (leaving !== (await this.#leaving(asset))) {
      throw new VenueError(
        "venue_transient",
        "A withdrawal began or left while the balance was read; it is read again.",
      );
    }
    const row = rows[this.#names.coin(asset)];
    const total = this.#names.units(asset, row?.balance ?? "0");
    const locked = this.#names.units(asset, row?.hold_trade ?? "0");
    if (locked > total) throw new VenueError("venue_invalid", `Kraken holds more ${asset} for orders than there is.`);
    return { available: total - locked, locked, leaving };
  }

  async terms(asset: AssetId): Promise<readonly Terms[]> {
    const coin = this.#names.coin(asset);
    const rows = readShape(methodsShape, await this.#read("WithdrawMethods", { asset: coin }), "list of methods");
    const found: Terms[] = [];
    for (const row of rows) {
      const network = this.#names.networkOf(row.method);
      if (network !== null) found.push(await this.#termsOf(asset, network, row.minimum ?? "0"));
    }
    return found;
  }

  async depositAddress(asset: AssetId, network: string) {
    const params = { asset: this.#names.coin(asset), method: this.#names.network(network) };
    const [row] = readShape(addressesShape, await this.#read("DepositAddresses", params), "list of addresses");
    return { address: row?.address ?? "", memo: row?.tag ? row.tag : null };
  }

  withdrawal(plan: TransferPlan, fee: bigint): Call {
    const key = this.#input.options.withdraw_keys[plan.to.address];
    if (key === undefined) {
      const message = `Kraken sends only to addresses registered there: register ${plan.to.address} and name its key in withdraw_keys.`;
      throw new VenueError("venue_policy_denied", message, { address: plan.to.address });
    }
    const amount = this.#names.text(plan.asset, BigInt(plan.amount) + fee);
    const params = { asset: this.#names.coin(plan.asset), key, address: plan.to.address, amount };
    return { api: "private", method: "POST", path: "Withdraw", params };
  }

  decode({ params }: Call, fee: bigint): Decoded {
    const row = readShape(paramsShape, params, "prepared request");
    const asset = this.#names.assetOf(row.asset);
    if (asset === null || this.#input.options.withdraw_keys[row.address] !== row.key) {
      throw new VenueError("venue_invalid", "The prepared request names a key that is not that of its address.");
    }
    const amount = this.#names.units(asset, row.amount) - fee;
    return { to_address: row.address, to_memo: null, asset, network: "", amount, reference: null };
  }

  /** Kraken takes a withdrawal back only when the coin is named too, so it is part of the name. */
  acceptedRef(body: unknown, { params }: Call): string | null {
    const { result } = envelope.safeParse(body).data ?? {};
    const refid = z.object({ refid: z.string().min(1) }).safeParse(result).data?.refid;
    return refid === undefined ? null : `${params.asset}:${refid}`;
  }

  async withdrawals({
    asset,
    reference,
    venue_ref,
    since,
    asked,
  }: WithdrawalQuery): Promise<readonly WithdrawalRecord[]> {
    const rows = (await this.#asked(asset, since - MATCH_BEFORE_MS, "lookup")).map((row) => this.#record(asset, row));
    if (venue_ref !== null) return rows.filter((row) => row.venue_ref === venue_ref);
    const fits = rows.filter(
      (row) =>
        asked !== null &&
        row.to_address === asked.to_address &&
        row.amount === asked.amount &&
        row.created_at >= since - MATCH_BEFORE_MS,
    );
    // Only one fits: it is taken for ours, and says so.
    return fits.length === 1 ? fits.map((row) => ({ ...row, reference })) : fits;
  }

  cancellation(venue_ref: string): Call {
    const [asset = "", refid = ""] = venue_ref.split(":");
    return { api: "private", method: "POST", path: "WithdrawCancel", params: { asset, refid } };
  }

  movements(asset: AssetId, cursor: string | null): Promise<Page> {
    const start = this.#input.api.now() - this.#input.options.history_ms;
    return mergePage(cursor, start, [async (since) => this.#ledger(asset, since)]);
  }

  /**
   * The ledger lists the newest first: it is read to its end, page by page, up to a limit that says so. A withdrawal is told once it has
   * the hash by which it is known again; one that came back as a whole is told on neither side.
   */
  async #ledger(asset: AssetId, since: number): Promise<SourcePage> {
    const asked = new Map((await this.#asked(asset, since, "poll")).map((row) => [row.refid, row]));
    const entries = await this.#entries(asset, since);
    const trades = entries.flatMap(([, row]) => (row.type === "trade" ? [row.refid] : []));
    const references = await this.orders.referencesOf(trades);
    const waiting: string[] = [];
    const movements = entries.flatMap(([id, row]) => {
      if (row.type === "trade" && !references.has(row.refid)) {
        waiting.push(id);
        return [];
      }
      const withdrawal = asked.get(row.refid);
      if (withdrawal !== undefined && isLeaving(withdrawal)) waiting.push(id);
      if (withdrawal !== undefined && (isLeaving(withdrawal) || cameBack(entries, row.refid))) return [];
      const movement = { ...this.#movement(asset, id, row), reference: references.get(row.refid) ?? null };
      return [{ ...movement, tx_hash: withdrawal?.txid || null, counterparty: withdrawal?.info ?? null }];
    });
    return { movements, full: false, waiting };
  }

  async #entries(asset: AssetId, since: number): Promise<Entry[]> {
    const found: Entry[] = [];
    const start = String(Math.floor(since / SECOND_MS));
    for (let page = 0; page < LEDGER_PAGES_MAX; page += 1) {
      const params = { asset: this.#names.coin(asset), start, ofs: String(page * LEDGER_PAGE) };
      const { ledger, count } = readShape(ledgerShape, await this.#read("Ledgers", params), "ledger");
      const rows = Object.entries(ledger);
      found.push(...rows);
      if (rows.length === 0 || found.length >= Number(count)) return found;
    }
    const message = `The ledger has more than ${LEDGER_PAGES_MAX * LEDGER_PAGE} entries since the last look; lower history_ms.`;
    throw new VenueError("venue_invalid", message);
  }

  async #asked(asset: AssetId, since: number, priority: "poll" | "lookup") {
    const start = String(Math.floor(since / SECOND_MS));
    const body = await this.#read("WithdrawStatus", { asset: this.#names.coin(asset), start }, priority);
    return readShape(z.array(withdrawalShape), body, "list of withdrawals");
  }

  /** Taken off the balance, and not told as a movement yet. */
  async #leaving(asset: AssetId): Promise<bigint> {
    const rows = await this.#asked(asset, this.#input.api.now() - OPEN_MS_MAX, "poll");
    return rows
      .filter(isLeaving)
      .map((row) => this.#names.units(asset, row.amount) + this.#names.units(asset, row.fee))
      .reduce((sum, gross) => sum + gross, 0n);
  }

  #movement(asset: AssetId, id: string, row: z.output<typeof entryShape>): VenueMovement {
    const change = this.#names.signed(asset, row.amount);
    const fee = this.#names.signed(asset, row.fee);
    const common = {
      id,
      asset,
      at: timeOf(row.time),
      final: true,
      reference: null,
      tx_hash: null,
      counterparty: null,
      height: null,
    };
    // A withdrawal that came back comes with its fee.
    if (change >= 0n) return { ...common, direction: "in", amount: change - fee, fee: 0n };
    return { ...common, direction: "out", amount: -change, fee };
  }

  async #termsOf(asset: AssetId, network: string, minimum: string): Promise<Terms> {
    const key = this.#keyOn(network);
    const closed = { network, enabled: false, fee: 0n, minimum: 0n, maximum: null, step: 1n };
    if (key === null) return closed;
    const params = { asset: this.#names.coin(asset), key, amount: minimum };
    const info = readShape(infoShape, await this.#read("WithdrawInfo", params), "withdrawal's terms");
    const fee = this.#names.units(asset, info.fee);
    const gross_min = this.#names.units(asset, minimum);
    return {
      network,
      enabled: true,
      fee,
      minimum: gross_min > fee ? gross_min - fee : 1n,
      maximum: null,
      step: 1n,
    };
  }

  /** Kraken states terms for a registered destination only; any one of that network will do. */
  #keyOn(network: string): string | null {
    const keys = Object.entries(this.#input.options.withdraw_keys);
    const wanted = this.#names.network(network);
    return (keys.find(([, key]) => key.includes(wanted)) ?? keys[0])?.[1] ?? null;
  }

  #record(asset: AssetId, row: z.output<typeof withdrawalShape>): WithdrawalRecord {
    const waiting = row["status-prop"] === "onhold" || row["status-prop"] === "cancel-pending";
    const { stage, status, final } = waiting
      ? { stage: "compliance_hold" as const, status: "pending" as const, final: false }
      : readStatus(STATUS, row.status);
    const amount = this.#names.units(asset, row.amount);
    return {
      venue_ref: `${this.#names.coin(asset)}:${row.refid}`,
      reference: null,
      tx_hash: row.txid ? row.txid : null,
      stage,
      status,
      final,
      to_address: row.info,
      asset,
      amount,
      amount_received: status === "succeeded" ? amount : null,
      fee: status === "failed" ? 0n : this.#names.units(asset, row.fee),
      confirmations: null,
      confirmations_needed: null,
      raw_status: [row.status, row["status-prop"]].filter(Boolean).join(" "),
      created_at: timeOf(row.time),
    };
  }

  async #read(
    path: string,
    params: Record<string, string> = {},
    priority: "poll" | "lookup" = "poll",
  ): Promise<unknown> {
    const body = await this.#input.api.read({ api: "private", method: "POST", path, params }, priority);
    return readShape(envelope, body, "answer").result;
  }
}

type Entry = [string, z.output<typeof entryShape>];

/** No hash yet, and no end. */
function isLeaving(row: z.output<typeof withdrawalShape>): boolean {
  return !row.txid && !readStatus(STATUS, row.status).final;
}

/** The entries of one withdrawal add up to nothing. */
function cameBack(entries: readonly Entry[], refid: string): boolean {
  const own = entries.filter(([, row]) => row.refid === refid).map(([, row]) => row.amount);
  return own.length > 1 && own.some((text) => text.startsWith("-") && own.includes(text.slice(1)));
}

/** Seconds, with or without a fraction. */
function timeOf(seconds: string): number {
  const match = /^(\d{1,12})(?:\.(\d{1,12}))?$/.exec(seconds);
  if (!match) throw new VenueError("venue_invalid", `Kraken states "${seconds.slice(0, 40)}" as a time.`);
  return Number(match[1]) * SECOND_MS + Number((match[2] ?? "").slice(0, 3).padEnd(3, "0"));
}
