/**
 * The sandbox custodians' protocol: bearer token plus a signature over time, path and body. The one with its own approval
 * stage never forgets a key and answers a second use with what it belongs to. Pure; the transport sends.
 */
import { createHash, createHmac } from "node:crypto";
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
import * as shapes from "./custodian_shapes.ts";
import type { Dialect, SandboxSecrets, SandboxWallet } from "./types.ts";

const PAGE_SIZE = "200";
const HOUR_MS = 3_600_000;
/** "For ever", as a number of milliseconds: a hundred years. */
const FOR_EVER_MS = 100 * 365 * 24 * HOUR_MS;

const PLAIN: VenueCapabilities = {
  idempotency: { kind: "key", lifetime_ms: 72 * HOUR_MS, on_reuse: "replay" },
  lookup_by_reference: true,
  consistency_window_ms: HOUR_MS,
  list_movements: true,
  cancel: true,
  push: false,
  webhooks: false,
  approval_stage: false,
  signing: "digest",
  finality: "the custodian says COMPLETED",
  networks: ["tron", "ethereum", "bitcoin"],
};
const WITH_APPROVAL: VenueCapabilities = {
  ...PLAIN,
  idempotency: { kind: "key", lifetime_ms: FOR_EVER_MS, on_reuse: "reject" },
  approval_stage: true,
};

const STATUS: Readonly<Record<string, StatusMeaning>> = {
  PENDING_APPROVAL: { stage: "pending_approval", status: "pending" },
  SIGNING: { stage: "signing", status: "pending" },
  CONFIRMING: { stage: "confirming", status: "pending" },
  COMPLETED: { stage: "final", status: "succeeded" },
  CANCELLED: { stage: "final", status: "failed" },
  REJECTED: { stage: "final", status: "failed" },
  EXPIRED: { stage: "final", status: "failed" },
};

export class CustodianDialect implements Dialect {
  readonly capabilities: VenueCapabilities;
  readonly #secrets: SandboxSecrets;
  readonly #codec: AssetCodec;
  readonly on_chain = true;

  constructor(secrets: SandboxSecrets, assets: ReadonlyMap<AssetId, Asset>, with_approval: boolean) {
    this.capabilities = with_approval ? WITH_APPROVAL : PLAIN;
    this.#secrets = secrets;
    this.#codec = new AssetCodec(assets);
  }

  sign(request: HttpRequest, now: Instant): Readonly<Record<string, string>> {
    const body_hash = createHash("sha256").update(request.body).digest("hex");
    const text = [String(now), request.method, request.target, body_hash].join("\n");
    return {
      authorization: `Bearer ${this.#secrets.key_id}`,
      "x-timestamp": String(now),
      "x-signature": createHmac("sha256", this.#secrets.secret).update(text).digest("base64"),
    };
  }

  pushTarget(): null {
    return null;
  }

  readPush(): null {
    return null;
  }

  readError({ body }: HttpReply): VendorError | null {
    const found = shapes.errorShape.safeParse(body).data;
    return found ? { ...found.error, untaken: found.taken === false } : null;
  }

  verify(): HttpRequest {
    return get("/v2/vaults");
  }

  listWallets(): HttpRequest {
    return get("/v2/vaults");
  }

  readWallets(body: unknown): readonly VenueWallet[] {
    const { data } = readShape(shapes.vaultsShape, body, "list of vaults");
    return data.map((row) => ({ account: row.vault_id, asset: row.asset, label: `${row.asset} vault` }));
  }

  getBalance(wallet: WalletRef): HttpRequest {
    return get(`/v2/vaults/${encodeURIComponent(wallet.account)}/balance`);
  }

  readBalance(body: unknown): VenueBalance {
    const row = readShape(shapes.balanceShape, body, "balance");
    const units = this.#codec.reader(row.asset);
    return {
      total: units(row.total),
      available: units(row.available),
      pending_in: units(row.pending_in),
      pending_out: units(row.pending_out),
      locked: units(row.frozen),
      as_of: row.as_of,
      height: row.sequence,
      pending_readable: true,
    };
  }

  getAddress(wallet: WalletRef, network: string): HttpRequest {
    return get(`/v2/vaults/${encodeURIComponent(wallet.account)}/addresses/${encodeURIComponent(network)}`);
  }

  readAddress(body: unknown): VenueAddress {
    const row = readShape(shapes.addressShape, body, "address");
    return { address: row.address, memo: row.tag };
  }

  listNetworks(wallet: WalletRef): HttpRequest {
    return get("/v2/networks", { asset: wallet.asset });
  }

  readNetworks(body: unknown, wallet: WalletRef): readonly VenueNetwork[] {
    const units = this.#codec.reader(wallet.asset);
    return readShape(shapes.networksShape, body, "list of networks").data.map((row) => ({
      network: row.network,
      enabled: row.status === "ACTIVE",
      fee_fixed: units(row.fee),
      fee_ppm: 0,
      fee_firm: true,
      minimum: units(row.minimum),
      maximum: null,
      step: units(row.step),
      lead_time_ms: row.lead_time_ms,
    }));
  }

  listMovements(wallet: WalletRef, cursor: string | null): HttpRequest {
    const path = `/v2/vaults/${encodeURIComponent(wallet.account)}/ledger`;
    return get(path, { after: cursor ?? "0", limit: PAGE_SIZE });
  }

  readMovements(body: unknown, wallet: WalletRef): MovementPage {
    const page = readShape(shapes.ledgerShape, body, "ledger");
    const units = this.#codec.reader(wallet.asset);
    const movements = page.data.map((row) => ({
      id: row.entry_id,
      direction: row.type === "CREDIT" ? ("in" as const) : ("out" as const),
      amount: units(row.amount),
      fee: units(row.fee),
      asset: wallet.asset,
      reference: row.external_id,
      tx_hash: row.tx_hash,
      counterparty: row.counterparty,
      at: row.booked_at,
      height: row.sequence,
      final: true,
    }));
    return { movements, cursor: page.next, has_more: page.has_more };
  }

  prepare(plan: TransferPlan, wallet: SandboxWallet, now: Instant): PreparedSubmit {
    const { decimals } = this.#codec.asset(plan.asset);
    const request: z.output<typeof shapes.requestShape> = {
      external_id: plan.id,
      vault_id: wallet.account,
      asset: plan.asset,
      network: plan.network,
      address: plan.to.address,
      tag: plan.to.memo,
      amount: printDecimal(BigInt(plan.amount), decimals),
      fee_limit: printDecimal(BigInt(plan.fee_max), decimals),
    };
    return { reference: plan.id, body: { bytes: JSON.stringify(request) }, tx_hash: null, prepared_at: now };
  }

  decode(prepared: PreparedSubmit): DecodedEffect {
    const body = readShape(shapes.requestShape, parseJson(preparedBytes(prepared)), "prepared request");
    const units = this.#codec.reader(body.asset);
    return {
      from_account: body.vault_id,
      to_address: body.address,
      to_memo: body.tag,
      asset: body.asset,
      network: body.network,
      amount: units(body.amount),
      fee_max: units(body.fee_limit),
      reference: body.external_id,
    };
  }

  submit(prepared: PreparedSubmit): HttpRequest {
    const headers = { "idempotency-key": prepared.reference };
    return { method: "POST", target: "/v2/transfers", body: preparedBytes(prepared), headers };
  }

  readAccepted(reply: HttpReply): SubmitOutcome | null {
    const taken = reply.status === 201 ? shapes.transferShape.safeParse(reply.body).data : undefined;
    const existing = reply.status === 409 ? shapes.duplicateShape.safeParse(reply.body).data?.existing : undefined;
    const row = taken ?? existing;
    if (!row) return null;
    const { stage } = readStatus(STATUS, row.status);
    return { outcome: "accepted", venue_ref: row.id, tx_hash: row.tx_hash, stage };
  }

  find(query: FindQuery): HttpRequest {
    return get("/v2/transfers", { external_id: query.reference });
  }

  readFound(reply: HttpReply, query: FindQuery): FindOutcome | null {
    if (reply.status !== 200) return null;
    const { data, as_of } = readShape(shapes.transfersShape, reply.body, "list of transfers");
    const row = data.find((each) => each.id === query.venue_ref) ?? data[0];
    return row ? { outcome: "found", transfer: this.#readTransfer(row) } : { outcome: "absent", as_of };
  }

  cancel(venue_ref: string): HttpRequest {
    const target = `/v2/transfers/${encodeURIComponent(venue_ref)}/cancel`;
    return { method: "POST", target, body: "", headers: {} };
  }

  readCancelled(reply: HttpReply): CancelOutcome | null {
    if (reply.status === 200) return { outcome: "cancelled" };
    if (reply.status === 409) return { outcome: "too_late", message: "The custodian has already sent it." };
    return null;
  }

  #readTransfer(row: z.output<typeof shapes.transferShape>): VenueTransfer {
    const units = this.#codec.reader(row.asset);
    const { stage, status, final } = readStatus(STATUS, row.status);
    return {
      venue_ref: row.id,
      reference: row.external_id,
      tx_hash: row.tx_hash,
      stage,
      status,
      final,
      to_address: row.address,
      asset: row.asset,
      amount: units(row.amount),
      amount_received: status === "succeeded" ? units(row.amount) : null,
      fee: status === "failed" ? 0n : units(row.network_fee),
      confirmations: row.confirmations.seen,
      confirmations_needed: row.confirmations.needed,
      raw_status: row.status,
    };
  }
}
