/**
 * The sandbox chain's protocol: signed transfers to a public node. The transfer is signed when it is prepared; its hash is
 * known before anything is sent, and sending the same bytes again has no second effect. Pure; the transport sends.
 */
import { createHash, createPrivateKey, type KeyObject, sign } from "node:crypto";
import type { z } from "zod";
import { canonicalJson } from "../../digest/index.ts";
import { type Asset, type AssetId, printDecimal } from "../../money/index.ts";
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
import * as shapes from "./chain_shapes.ts";
import type { Dialect, SandboxSecrets, SandboxWallet } from "./types.ts";

const PAGE_SIZE = "200";
/** DER prefix of a PKCS #8 Ed25519 private key (RFC 8410); the 32-byte seed follows. */
const PKCS8_ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");

const CAPABILITIES: VenueCapabilities = {
  idempotency: { kind: "signed_transaction" },
  lookup_by_reference: true,
  consistency_window_ms: 3_600_000,
  list_movements: true,
  cancel: false,
  push: true,
  webhooks: false,
  approval_stage: false,
  signing: "digest",
  finality: "enough blocks on top: 20 on tron, 64 on ethereum, 6 on bitcoin",
  networks: ["tron", "ethereum", "bitcoin"],
};

const STATUS: Readonly<Record<string, StatusMeaning>> = {
  mempool: { stage: "broadcast", status: "pending" },
  included: { stage: "confirming", status: "pending" },
  finalized: { stage: "final", status: "succeeded" },
};

export class ChainDialect implements Dialect {
  readonly capabilities = CAPABILITIES;
  readonly #key: KeyObject;
  readonly #codec: AssetCodec;
  readonly on_chain = true;

  constructor(secrets: SandboxSecrets, assets: ReadonlyMap<AssetId, Asset>) {
    const der = Buffer.concat([PKCS8_ED25519, Buffer.from(secrets.secret, "hex")]);
    this.#key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    this.#codec = new AssetCodec(assets);
  }

  /** A public node asks nobody who they are; the transfers carry their signature. */
  sign(): Readonly<Record<string, string>> {
    return {};
  }

  pushTarget(): string {
    return "/v1/subscribe";
  }

  readPush(message: unknown): string | null {
    return shapes.pushShape.safeParse(message).data?.account ?? null;
  }

  readError({ body }: HttpReply): VendorError | null {
    const found = shapes.errorShape.safeParse(body).data;
    return found ? { ...found.error, untaken: found.taken === false } : null;
  }

  verify(): HttpRequest {
    return get("/v1/head");
  }

  listWallets(): HttpRequest {
    return get("/v1/accounts");
  }

  readWallets(body: unknown): readonly VenueWallet[] {
    const { accounts } = readShape(shapes.accountsShape, body, "list of accounts");
    return accounts.map((row) => ({ account: row.name, asset: row.asset, label: `${row.asset} wallet` }));
  }

  getBalance(wallet: WalletRef): HttpRequest {
    return get(`/v1/accounts/${encodeURIComponent(wallet.account)}`);
  }

  readBalance(body: unknown): VenueBalance {
    const row = readShape(shapes.accountShape, body, "balance");
    const units = this.#codec.reader(row.asset);
    const total = units(row.balance);
    const pending_out = units(row.unconfirmed_out);
    return {
      total,
      available: total - pending_out,
      pending_in: units(row.unconfirmed_in),
      pending_out,
      locked: 0n,
      as_of: row.time,
      height: row.height,
      pending_readable: true,
    };
  }

  getAddress(wallet: WalletRef, network: string): HttpRequest {
    return get(`/v1/accounts/${encodeURIComponent(wallet.account)}/address`, { network });
  }

  readAddress(body: unknown): VenueAddress {
    return { address: readShape(shapes.addressShape, body, "address").address, memo: null };
  }

  listNetworks(wallet: WalletRef): HttpRequest {
    return get("/v1/fees", { asset: wallet.asset });
  }

  readNetworks(body: unknown, wallet: WalletRef): readonly VenueNetwork[] {
    const units = this.#codec.reader(wallet.asset);
    return readShape(shapes.feesShape, body, "list of fees").networks.map((row) => ({
      network: row.network,
      enabled: true,
      fee_fixed: units(row.fee),
      fee_ppm: 0,
      minimum: units(row.dust),
      maximum: null,
      step: units(row.unit),
      lead_time_ms: row.final_after_ms,
    }));
  }

  listMovements(wallet: WalletRef, cursor: string | null): HttpRequest {
    const path = `/v1/accounts/${encodeURIComponent(wallet.account)}/transfers`;
    return get(path, { after: cursor ?? "0", limit: PAGE_SIZE });
  }

  readMovements(body: unknown, wallet: WalletRef): MovementPage {
    const page = readShape(shapes.transfersShape, body, "list of transfers");
    const units = this.#codec.reader(wallet.asset);
    const movements = page.transfers.map((row) => ({
      id: row.id,
      direction: row.direction,
      amount: units(row.amount),
      fee: units(row.fee),
      asset: wallet.asset,
      reference: row.note,
      tx_hash: row.hash,
      counterparty: row.peer,
      at: row.time,
      height: row.height,
      final: true,
    }));
    return { movements, cursor: page.next, has_more: page.more };
  }

  prepare(plan: TransferPlan, wallet: SandboxWallet, now: number): PreparedSubmit {
    const { decimals } = this.#codec.asset(plan.asset);
    const fields: z.output<typeof shapes.payloadShape> = {
      from: wallet.account,
      to: plan.to.address,
      memo: plan.to.memo ?? "",
      asset: plan.asset,
      network: plan.network,
      amount: printDecimal(BigInt(plan.amount), decimals),
      fee_limit: printDecimal(BigInt(plan.fee_max), decimals),
      note: plan.id,
    };
    const payload = canonicalJson(fields);
    const signature = sign(null, Buffer.from(payload), this.#key).toString("hex");
    const tx_hash = createHash("sha256").update(`${payload}.${signature}`).digest("hex");
    return { reference: plan.id, body: { bytes: JSON.stringify({ payload, signature }) }, tx_hash, prepared_at: now };
  }

  decode(prepared: PreparedSubmit): DecodedEffect {
    const { payload } = readShape(shapes.signedShape, parseJson(preparedBytes(prepared)), "prepared transaction");
    const fields = readShape(shapes.payloadShape, parseJson(payload), "prepared payload");
    const units = this.#codec.reader(fields.asset);
    return {
      from_account: fields.from,
      to_address: fields.to,
      to_memo: fields.memo === "" ? null : fields.memo,
      asset: fields.asset,
      network: fields.network,
      amount: units(fields.amount),
      fee_max: units(fields.fee_limit),
      reference: fields.note,
    };
  }

  submit(prepared: PreparedSubmit): HttpRequest {
    return { method: "POST", target: "/v1/transactions", body: preparedBytes(prepared), headers: {} };
  }

  readAccepted(reply: HttpReply): SubmitOutcome | null {
    const row = shapes.transactionShape.safeParse(reply.body).data;
    if (reply.status !== 200 || !row) return null;
    const { stage } = readStatus(STATUS, row.status);
    return { outcome: "accepted", venue_ref: row.hash, tx_hash: row.hash, stage };
  }

  find(query: FindQuery): HttpRequest {
    const hash = query.tx_hash ?? query.prepared?.tx_hash ?? null;
    return get("/v1/transactions", hash === null ? { note: query.reference } : { hash });
  }

  readFound(reply: HttpReply): FindOutcome | null {
    if (reply.status !== 200) return null;
    const { time, transactions } = readShape(shapes.transactionsShape, reply.body, "list of transactions");
    const row = transactions[0];
    return row ? { outcome: "found", transfer: this.#readTransaction(row) } : { outcome: "absent", as_of: time };
  }

  /** What is signed and sent cannot be taken back. */
  cancel(): null {
    return null;
  }

  readCancelled(): null {
    return null;
  }

  #readTransaction(row: z.output<typeof shapes.transactionShape>): VenueTransfer {
    const units = this.#codec.reader(row.asset);
    const { stage, status, final } = readStatus(STATUS, row.status);
    return {
      venue_ref: row.hash,
      reference: row.note,
      tx_hash: row.hash,
      stage,
      status,
      final,
      to_address: row.to,
      asset: row.asset,
      amount: units(row.amount),
      amount_received: status === "succeeded" ? units(row.amount) : null,
      fee: units(row.fee),
      confirmations: row.confirmations,
      confirmations_needed: row.final_at_confirmations,
      raw_status: row.status,
    };
  }
}
