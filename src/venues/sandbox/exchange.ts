/** The sandbox exchange's protocol: HMAC-signed REST with client withdrawal ids. Pure; the transport sends. */
import { createHmac } from "node:crypto";
import type { z } from "zod";
import { type Asset, type AssetId, printDecimal } from "../../money/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import {
  AssetCodec,
  get,
  type HttpReply,
  type HttpRequest,
  parseJson,
  preparedBytes,
  readShape,
  readStatus,
  type StatusMeaning,
  type VendorError,
} from "../http/index.ts";
import { VenueError } from "../index.ts";
import type {
  CancelOutcome,
  DecodedEffect,
  FindOutcome,
  FindQuery,
  MovementPage,
  SubmitOutcome,
  VenueAddress,
  VenueBalance,
  VenueCapabilities,
  VenueNetwork,
  VenueTransfer,
  VenueWallet,
  WalletRef,
} from "../port.ts";
import * as shapes from "./exchange_shapes.ts";
import type { Dialect, SandboxSecrets, SandboxWallet } from "./types.ts";

const PAGE_SIZE = 200;
const HOUR_MS = 3_600_000;

const CAPABILITIES: VenueCapabilities = {
  idempotency: { kind: "key", lifetime_ms: 24 * HOUR_MS, on_reuse: "replay" },
  lookup_by_reference: true,
  consistency_window_ms: HOUR_MS,
  list_movements: true,
  cancel: true,
  push: true,
  webhooks: false,
  approval_stage: false,
  signing: "digest",
  finality: "the exchange says completed",
  networks: ["tron", "ethereum", "bitcoin"],
};

const STATUS: Readonly<Record<string, StatusMeaning>> = {
  in_review: { stage: "compliance_hold", status: "pending" },
  processing: { stage: "signing", status: "pending" },
  sent: { stage: "confirming", status: "pending" },
  completed: { stage: "final", status: "succeeded" },
  cancelled: { stage: "final", status: "failed" },
  rejected: { stage: "final", status: "failed" },
};

export class ExchangeDialect implements Dialect {
  readonly capabilities = CAPABILITIES;
  readonly #secrets: SandboxSecrets;
  readonly #codec: AssetCodec;
  readonly on_chain = false;

  constructor(secrets: SandboxSecrets, assets: ReadonlyMap<AssetId, Asset>) {
    this.#secrets = secrets;
    this.#codec = new AssetCodec(assets);
  }

  sign(request: HttpRequest, now: Instant): Readonly<Record<string, string>> {
    return {
      "x-api-key": this.#secrets.key_id,
      "x-api-timestamp": String(now),
      "x-api-signature": this.#hmac(`${now}${request.method}${request.target}${request.body}`),
    };
  }

  pushTarget(now: Instant): string {
    const query = { key: this.#secrets.key_id, timestamp: String(now), signature: this.#hmac(`${now}GET/ws`) };
    return `/ws?${new URLSearchParams(query)}`;
  }

  readPush(message: unknown): string | null {
    return shapes.pushShape.safeParse(message).data?.account ?? null;
  }

  readError({ body }: HttpReply): VendorError | null {
    const error = shapes.errorShape.safeParse(body).data;
    return error ? { code: String(error.code), message: error.msg, untaken: error.taken === false } : null;
  }

  verify(): HttpRequest {
    return get("/api/v1/account");
  }

  listWallets(): HttpRequest {
    return get("/api/v1/account");
  }

  readWallets(body: unknown): readonly VenueWallet[] {
    const { balances } = readShape(shapes.accountShape, body, "list of accounts");
    return balances.map((row) => ({ account: row.account, asset: row.coin, label: `${row.coin} account` }));
  }

  getBalance(_wallet: WalletRef): HttpRequest {
    return get("/api/v1/account");
  }

  readBalance(body: unknown, wallet: WalletRef): VenueBalance {
    const { updateTime, balances } = readShape(shapes.accountShape, body, "balance");
    const row = balances.find((each) => each.account === wallet.account && each.coin === wallet.asset);
    if (!row) throw new VenueError("venue_not_found", `The exchange has no account "${wallet.account}".`);
    const units = this.#codec.reader(row.coin);
    const available = units(row.free);
    const pending_out = units(row.withdrawing);
    const locked = units(row.locked);
    return {
      total: available + pending_out + locked,
      available,
      pending_in: units(row.depositing),
      pending_out,
      locked,
      as_of: updateTime,
      height: row.sequence,
      pending_readable: true,
    };
  }

  getAddress(wallet: WalletRef, network: string): HttpRequest {
    return get("/api/v1/deposit-address", { account: wallet.account, network });
  }

  readAddress(body: unknown): VenueAddress {
    const row = readShape(shapes.addressShape, body, "address");
    return { address: row.address, memo: row.tag === "" ? null : row.tag };
  }

  listNetworks(wallet: WalletRef): HttpRequest {
    return get("/api/v1/networks", { coin: wallet.asset });
  }

  readNetworks(body: unknown, wallet: WalletRef): readonly VenueNetwork[] {
    const units = this.#codec.reader(wallet.asset);
    return readShape(shapes.networksShape, body, "list of networks").networks.map((row) => ({
      network: row.network,
      enabled: row.withdrawEnabled,
      fee_fixed: units(row.withdrawFee),
      fee_ppm: 0,
      fee_firm: true,
      minimum: units(row.withdrawMin),
      maximum: null,
      step: units(row.withdrawStep),
      lead_time_ms: row.arrivalTimeMs,
    }));
  }

  listMovements(wallet: WalletRef, cursor: string | null): HttpRequest {
    return get("/api/v1/history", { account: wallet.account, after: cursor ?? "0", limit: String(PAGE_SIZE) });
  }

  readMovements(body: unknown, wallet: WalletRef): MovementPage {
    const page = readShape(shapes.historyShape, body, "history");
    const units = this.#codec.reader(wallet.asset);
    const movements = page.rows.map((row) => ({
      id: row.id,
      direction: row.side === "CREDIT" ? ("in" as const) : ("out" as const),
      amount: units(row.amount),
      fee: units(row.fee),
      asset: row.coin,
      reference: row.clientId,
      tx_hash: row.txId,
      counterparty: row.counterparty,
      at: row.time,
      height: row.sequence,
      final: true,
    }));
    return { movements, cursor: page.next, has_more: page.more };
  }

  prepare(plan: TransferPlan, wallet: SandboxWallet, now: Instant): PreparedSubmit {
    const { decimals } = this.#codec.asset(plan.asset);
    const request: z.output<typeof shapes.requestShape> = {
      clientId: plan.id,
      account: wallet.account,
      coin: plan.asset,
      network: plan.network,
      address: plan.to.address,
      tag: plan.to.memo ?? "",
      amount: printDecimal(BigInt(plan.amount), decimals),
      maxFee: printDecimal(BigInt(plan.fee_max), decimals),
    };
    return { reference: plan.id, body: { bytes: JSON.stringify(request) }, tx_hash: null, prepared_at: now };
  }

  decode(prepared: PreparedSubmit): DecodedEffect {
    const body = readShape(shapes.requestShape, parseJson(preparedBytes(prepared)), "prepared request");
    const units = this.#codec.reader(body.coin);
    return {
      from_account: body.account,
      to_address: body.address,
      to_memo: body.tag === "" ? null : body.tag,
      asset: body.coin,
      network: body.network,
      amount: units(body.amount),
      fee_max: units(body.maxFee),
      reference: body.clientId,
    };
  }

  submit(prepared: PreparedSubmit): HttpRequest {
    return { method: "POST", target: "/api/v1/withdrawals", body: preparedBytes(prepared), headers: {} };
  }

  readAccepted(reply: HttpReply): SubmitOutcome | null {
    const row = shapes.withdrawalShape.safeParse(reply.body).data;
    if (reply.status !== 200 || !row) return null;
    const { stage } = readStatus(STATUS, row.status);
    return { outcome: "accepted", venue_ref: row.id, tx_hash: row.txId, stage };
  }

  find(query: FindQuery): HttpRequest {
    return get("/api/v1/withdrawals", { clientId: query.reference });
  }

  readFound(reply: HttpReply, query: FindQuery): FindOutcome | null {
    if (reply.status !== 200) return null;
    const { serverTime, rows } = readShape(shapes.withdrawalsShape, reply.body, "list of withdrawals");
    const row = rows.find((each) => each.id === query.venue_ref) ?? rows[0];
    if (!row) return { outcome: "absent", as_of: serverTime };
    return { outcome: "found", transfer: this.#readWithdrawal(row) };
  }

  cancel(venue_ref: string): HttpRequest {
    const target = `/api/v1/withdrawals/${encodeURIComponent(venue_ref)}`;
    return { method: "DELETE", target, body: "", headers: {} };
  }

  readCancelled(reply: HttpReply): CancelOutcome | null {
    if (reply.status === 200) return { outcome: "cancelled" };
    if (reply.status === 409) return { outcome: "too_late", message: "The exchange has already sent it." };
    return null;
  }

  #readWithdrawal(row: z.output<typeof shapes.withdrawalShape>): VenueTransfer {
    const units = this.#codec.reader(row.coin);
    const { stage, status, final } = readStatus(STATUS, row.status);
    return {
      venue_ref: row.id,
      reference: row.clientId,
      tx_hash: row.txId,
      stage,
      status,
      final,
      to_address: row.address,
      asset: row.coin,
      amount: units(row.amount),
      amount_received: status === "succeeded" ? units(row.amount) : null,
      fee: status === "failed" ? 0n : units(row.fee),
      confirmations: row.confirmations,
      confirmations_needed: row.confirmationsNeeded,
      raw_status: row.status,
    };
  }

  #hmac(text: string): string {
    return createHmac("sha256", this.#secrets.secret).update(text).digest("hex");
  }
}
