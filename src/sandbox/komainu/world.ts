/**
 * What Komainu keeps. Every move is a request: created, confirmed by a signed challenge, approved by Komainu's people, and then a
 * transaction or a collateral operation. Invariant: a wallet's total is the sum of its confirmed transactions.
 */
import { createHash } from "node:crypto";
import { assert } from "../../errors/index.ts";
import type { Instant } from "../../ports/index.ts";
import type {
  KomainuAsset,
  KomainuRequest,
  KomainuTransaction,
  KomainuWallet,
  RequestDetails,
  RequestType,
  WalletCategory,
} from "./types.ts";

const EXPIRES_MS = 48 * 3_600_000;
const BROADCAST_MS = 60_000;

export interface KomainuWorldOptions {
  readonly assets: readonly KomainuAsset[];
  readonly now: Instant;
  /** How long Komainu's people take; null: they wait to be told. */
  readonly approve_after_ms: number | null;
}

export class KomainuWorld {
  readonly assets: ReadonlyMap<string, KomainuAsset>;
  readonly wallets = new Map<string, KomainuWallet>();
  readonly requests = new Map<string, KomainuRequest>();
  readonly transactions = new Map<string, KomainuTransaction>();
  readonly #options: KomainuWorldOptions;
  #now: Instant;
  #count = 0;

  constructor(options: KomainuWorldOptions) {
    this.#options = options;
    this.#now = options.now;
    this.assets = new Map(options.assets.map((asset) => [asset.code, asset]));
  }

  get now(): Instant {
    return this.#now;
  }

  asset(code: string): KomainuAsset {
    const asset = this.assets.get(code);
    assert(asset !== undefined, `the fake knows no asset ${code}`);
    return asset;
  }

  createWallet(asset: string, category: WalletCategory, name: string): KomainuWallet {
    const id = this.#id("wallet");
    const wallet: KomainuWallet = {
      id,
      name,
      asset,
      category,
      address: `kom${asset.toLowerCase()}${hash(id).slice(0, 34)}`,
      total: 0n,
      held: 0n,
      staked: 0n,
      locked: 0n,
      updated_at: this.#now,
    };
    this.wallets.set(id, wallet);
    return wallet;
  }

  available(wallet: KomainuWallet): bigint {
    return wallet.total - wallet.held - wallet.staked - wallet.locked;
  }

  /** Money from outside; confirmed at once. */
  deposit(wallet: KomainuWallet, amount: bigint, tx_hash: string = hash(`deposit ${this.#count}`)): void {
    const row = this.#transaction({
      wallet: wallet.id,
      direction: "IN",
      amount,
      fees: 0n,
      address: wallet.address,
      external_reference: null,
    });
    wallet.total += amount;
    wallet.updated_at = this.#now;
    Object.assign(row, { status: "CONFIRMED", tx_hash, due_at: null });
  }

  /** Null: it is taken. */
  refusalOf(type: RequestType, details: RequestDetails): string | null {
    const wallet = this.wallets.get(details.wallet);
    if (!wallet || wallet.asset !== details.asset) return "wallet not found";
    if (details.amount <= 0n) return "amount must be positive";
    const { fee } = this.asset(wallet.asset);
    if (type === "CREATE_TRANSACTION") {
      if (!/^[A-Za-z0-9]{20,100}$/.test(details.destination_address)) return "invalid destination address";
      return details.amount + fee > this.available(wallet) ? "insufficient balance" : null;
    }
    if (wallet.category !== "Collateral") return "not a collateral wallet";
    const most = details.operation === "RELEASE" ? wallet.locked : this.available(wallet);
    return details.amount > most ? "insufficient balance" : null;
  }

  /** Nothing moves before it is confirmed; its funds are held from now on. */
  request(type: RequestType, external_reference: string, details: RequestDetails): KomainuRequest {
    const id = this.#id("request");
    const row: KomainuRequest = {
      id,
      type,
      status: "CREATED",
      external_reference,
      details,
      challenge: hash(`challenge ${id}`),
      requested_at: this.#now,
      expires_at: this.#now + EXPIRES_MS,
      entity_id: null,
      due_at: this.#now + EXPIRES_MS,
    };
    this.requests.set(id, row);
    this.#hold(row, 1n);
    return row;
  }

  /** The challenge was signed by who asked. */
  confirm(row: KomainuRequest): boolean {
    if (row.status !== "CREATED") return false;
    row.status = "PENDING";
    const { approve_after_ms } = this.#options;
    row.due_at = approve_after_ms === null ? row.expires_at : this.#now + approve_after_ms;
    return true;
  }

  /** @returns false when it cannot end like this any more */
  end(row: KomainuRequest, status: "REJECTED" | "CANCELLED" | "EXPIRED" | "BLOCKED"): boolean {
    if (row.status !== "CREATED" && row.status !== "PENDING") return false;
    row.status = status;
    row.due_at = null;
    if (status !== "BLOCKED") this.#hold(row, -1n);
    return true;
  }

  approve(row: KomainuRequest): boolean {
    if (row.status !== "PENDING") return false;
    row.status = "APPROVED";
    row.due_at = null;
    if (row.type === "COLLATERAL_OPERATION") this.#pledge(row);
    else this.#pay(row);
    return true;
  }

  advance(now: Instant): void {
    for (let due = this.#nextDue(now); due !== null; due = this.#nextDue(now)) {
      this.#now = Math.max(this.#now, due.due_at ?? 0);
      if ("challenge" in due) this.#stepRequest(due);
      else this.#stepTransaction(due);
    }
    this.#now = Math.max(this.#now, now);
  }

  requestsByReference(reference: string): KomainuRequest[] {
    return [...this.requests.values()].filter((row) => row.external_reference === reference);
  }

  #nextDue(now: Instant): KomainuRequest | KomainuTransaction | null {
    const rows = [...this.requests.values(), ...this.transactions.values()];
    const due = rows.filter(({ due_at }) => due_at !== null && due_at <= now);
    return due.sort((a, b) => (a.due_at ?? 0) - (b.due_at ?? 0))[0] ?? null;
  }

  #stepRequest(row: KomainuRequest): void {
    const expired = (row.due_at ?? 0) >= row.expires_at;
    if (row.status === "PENDING" && !expired) this.approve(row);
    else this.end(row, "EXPIRED");
  }

  #stepTransaction(row: KomainuTransaction): void {
    const wallet = this.#wallet(row.wallet);
    row.updated_at = this.#now;
    if (row.status === "PENDING") {
      row.status = "BROADCASTED";
      row.tx_hash = hash(`tx ${row.id}`);
      row.due_at = this.#now + this.asset(wallet.asset).block_ms;
      return;
    }
    row.status = "CONFIRMED";
    row.due_at = null;
    wallet.held -= row.amount + row.fees;
    wallet.total -= row.amount + row.fees;
    wallet.updated_at = this.#now;
    const target = [...this.wallets.values()].find(
      ({ address, asset }) => address === row.address && asset === wallet.asset,
    );
    if (target) this.deposit(target, row.amount, row.tx_hash ?? "");
  }

  #pay({ details, external_reference, ...request }: KomainuRequest): void {
    const { wallet, amount, destination_address: address } = details;
    const { fee: fees } = this.asset(details.asset);
    const row = this.#transaction({ wallet, direction: "OUT", amount, fees, address, external_reference });
    row.due_at = this.#now + BROADCAST_MS;
    const stored = this.requests.get(request.id);
    if (stored) stored.entity_id = row.id;
  }

  #pledge(row: KomainuRequest): void {
    const wallet = this.#wallet(row.details.wallet);
    if (row.details.operation === "RELEASE") wallet.locked -= row.details.amount;
    else {
      this.#hold(row, -1n);
      wallet.locked += row.details.amount;
    }
    wallet.updated_at = this.#now;
  }

  #hold({ type, details }: KomainuRequest, sign: bigint): void {
    if (details.operation === "RELEASE") return;
    const wallet = this.#wallet(details.wallet);
    const fee = type === "CREATE_TRANSACTION" ? this.asset(details.asset).fee : 0n;
    wallet.held += sign * (details.amount + fee);
  }

  #transaction(
    input: Pick<KomainuTransaction, "wallet" | "direction" | "amount" | "fees" | "address" | "external_reference">,
  ): KomainuTransaction {
    const at = { created_at: this.#now, updated_at: this.#now };
    const row: KomainuTransaction = {
      ...input,
      id: this.#id("transaction"),
      status: "PENDING",
      tx_hash: null,
      ...at,
      due_at: null,
    };
    this.transactions.set(row.id, row);
    return row;
  }

  #wallet(id: string): KomainuWallet {
    const wallet = this.wallets.get(id);
    assert(wallet !== undefined, `the fake has a wallet ${id}`);
    return wallet;
  }

  #id(kind: string): string {
    this.#count += 1;
    return `${kind.slice(0, 3)}-${hash(`${kind} ${this.#count}`).slice(0, 24)}`;
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
