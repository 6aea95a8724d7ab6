/**
 * What BitGo keeps: wallets with balances, transfers with their states, pending approvals. Time moves transfers on; people (the
 * fake's own) approve and reject; tests remove confirmed transfers (a reorganised chain) and replace unconfirmed ones.
 *
 * Invariant: a wallet's confirmed balance is the sum of its transfers that are confirmed now.
 */
import { assert } from "../../errors/index.ts";
import type { Instant } from "../../ports/index.ts";
import { addressOf, hexOf, idOf } from "./ids.ts";
import { feeOf, refusalOf } from "./refusals.ts";
import type {
  BitgoApproval,
  BitgoBalance,
  BitgoCoin,
  BitgoTransfer,
  BitgoTransferState,
  BitgoWallet,
  BitgoWebhook,
  Refusal,
  SendRequest,
} from "./types.ts";

/** A new address of an account coin is a contract that has to be deployed first. */
const DEPLOY_MS = 60_000;
const SIGN_MS = 1_000;

export interface BitgoWorldOptions {
  /** Whether the date of a transfer moves with its state; it is not documented. Absent: it does. */
  readonly dated_at?: "change" | "creation";
  readonly coins: readonly BitgoCoin[];
  readonly enterprise: string;
  readonly seed: number;
  /** How long the fake's people take to approve by themselves; null: they wait to be told. */
  readonly approve_after_ms: number | null;
  readonly now: Instant;
  /** Told of every change of a transfer or an approval. */
  readonly onChange?: (change: BitgoChange) => void;
}

export interface BitgoChange {
  readonly kind: "transfer" | "pendingapproval";
  readonly transfer: BitgoTransfer;
}

export class BitgoWorld {
  readonly enterprise: string;
  readonly coins: ReadonlyMap<string, BitgoCoin>;
  readonly wallets = new Map<string, BitgoWallet>();
  readonly transfers = new Map<string, BitgoTransfer>();
  readonly approvals = new Map<string, BitgoApproval>();
  readonly webhooks = new Map<string, BitgoWebhook>();
  readonly #options: BitgoWorldOptions;
  #now: Instant;
  #count = 0;

  constructor(options: BitgoWorldOptions) {
    this.#options = options;
    this.#now = options.now;
    this.enterprise = options.enterprise;
    this.coins = new Map(options.coins.map((coin) => [coin.coin, coin]));
  }

  get now(): Instant {
    return this.#now;
  }

  /** What BitGo calls the date of a transfer, and lists by. */
  dateOf({ created_at, changed_at }: Pick<BitgoTransfer, "created_at" | "changed_at">): Instant {
    return this.#options.dated_at === "creation" ? created_at : changed_at;
  }

  nextId(kind: string): string {
    this.#count += 1;
    return idOf(this.#options.seed, kind, this.#count);
  }

  coin(name: string): BitgoCoin {
    const coin = this.coins.get(name);
    assert(coin !== undefined, `the fake knows no coin ${name}`);
    return coin;
  }

  /** Account coins are ready after their contract was deployed, others at once. */
  createWallet(coin: string, label: string, change: { readonly needs_approval?: boolean } = {}): BitgoWallet {
    const { kind } = this.coin(coin);
    const id = this.nextId("wallet");
    const wallet: BitgoWallet = {
      id,
      coin,
      label,
      address: addressOf(coin, this.#options.seed, id),
      needs_approval: change.needs_approval ?? false,
      locked: false,
      ready_at: kind === "utxo" ? this.#now : this.#now + DEPLOY_MS,
      balances: new Map(),
      addresses: [],
    };
    this.wallets.set(id, wallet);
    return wallet;
  }

  createAddress(wallet: BitgoWallet): BitgoWallet["addresses"][number] {
    const id = this.nextId("address");
    const ready_at = this.coin(wallet.coin).kind === "utxo" ? this.#now : this.#now + DEPLOY_MS;
    const row = { id, address: addressOf(wallet.coin, id), ready_at };
    wallet.addresses.push(row);
    return row;
  }

  balance(wallet: BitgoWallet, coin: string): BitgoBalance {
    const known = wallet.balances.get(coin);
    if (known) return known;
    const fresh: BitgoBalance = { confirmed: 0n, held: 0n, incoming: 0n };
    wallet.balances.set(coin, fresh);
    return fresh;
  }

  walletOfAddress(address: string): BitgoWallet | null {
    const owns = (wallet: BitgoWallet): boolean =>
      wallet.address === address || wallet.addresses.some((row) => row.address === address);
    return [...this.wallets.values()].find(owns) ?? null;
  }

  transferBySequence(wallet_id: string, sequence_id: string): BitgoTransfer | null {
    return this.#find((row) => row.wallet === wallet_id && row.sequence_id === sequence_id);
  }

  transferByTxid(wallet_id: string, txid: string): BitgoTransfer | null {
    return this.#find((row) => row.wallet === wallet_id && row.txid === txid);
  }

  approvalOf(transfer_id: string): BitgoApproval | null {
    return [...this.approvals.values()].find((row) => row.transfer_id === transfer_id) ?? null;
  }

  /** Why it is not taken; null when it is. */
  refusalOf(request: SendRequest): Refusal | null {
    const { wallet, coin, sequence_id } = request;
    return refusalOf(request, {
      spendable: this.spendable(wallet, coin.coin),
      used: sequence_id !== null && this.transferBySequence(wallet.id, sequence_id) !== null,
    });
  }

  spendable(wallet: BitgoWallet, coin: string): bigint {
    const { confirmed, held } = this.balance(wallet, coin);
    return confirmed - held;
  }

  /** The largest amount one send can carry now, its fee taken off. */
  maximumSpendable(wallet: BitgoWallet, coin: BitgoCoin): bigint {
    const left = this.spendable(wallet, coin.coin) - feeOf(coin);
    return left > 0n ? left : 0n;
  }

  /** Takes it. The request must not be refused. `creator`: whose token asked. */
  send(request: SendRequest, creator: string): BitgoTransfer {
    const { wallet, coin, amount, address, memo, sequence_id, comment } = request;
    const fee = feeOf(coin);
    this.balance(wallet, coin.coin).held += amount + fee;
    const state: BitgoTransferState = wallet.needs_approval ? "pendingApproval" : "signed";
    const row = this.#add({
      coin: coin.coin,
      wallet: wallet.id,
      type: "send",
      state,
      amount,
      fee,
      address,
      memo,
      sequence_id,
      comment,
    });
    if (state === "pendingApproval") this.#ask(row, creator);
    else this.#sign(row);
    this.#changed("transfer", row);
    return row;
  }

  /** Money that comes from outside; confirmed after one block. */
  deposit(
    wallet: BitgoWallet,
    coin: string,
    amount: bigint,
    txid: string = hexOf("deposit", this.#count),
  ): BitgoTransfer {
    this.balance(wallet, coin).incoming += amount;
    const row = this.#add({
      coin,
      wallet: wallet.id,
      type: "receive",
      state: "unconfirmed",
      amount,
      fee: 0n,
      address: wallet.address,
      memo: null,
      sequence_id: null,
      comment: "",
    });
    row.txid = txid;
    row.due_at = this.#now + this.coin(coin).block_ms;
    this.#changed("transfer", row);
    return row;
  }

  /** @returns false when it is not pending any more, or the approver created it */
  resolve(approval: BitgoApproval, state: "approved" | "rejected", by: string): boolean {
    if (approval.state !== "pending" || (state === "approved" && by === approval.creator)) return false;
    Object.assign(approval, { state, resolved_by: by, resolved_at: this.#now });
    const row = this.transfers.get(approval.transfer_id);
    assert(row !== undefined, `approval ${approval.id} belongs to a transfer`);
    if (state === "approved") this.#sign(row);
    else this.#release(row, "rejected");
    this.#changed("pendingapproval", row);
    return true;
  }

  /** The chain forgot a confirmed transaction: it is not in the balance any more, and may come back. */
  remove(row: BitgoTransfer): void {
    assert(row.state === "confirmed", `only what was confirmed is removed, ${row.id} is ${row.state}`);
    const balance = this.balance(this.#wallet(row), row.coin);
    if (row.type === "send") {
      balance.confirmed += row.amount + row.fee;
      balance.held += row.amount + row.fee;
    } else {
      balance.confirmed -= row.amount;
      balance.incoming += row.amount;
    }
    row.confirmed_at = null;
    row.height = 0;
    this.#move(row, "removed", null);
  }

  /** The chain has the removed transaction again, in a later block. */
  restore(row: BitgoTransfer): void {
    assert(row.state === "removed", `only what was removed comes back, ${row.id} is ${row.state}`);
    this.#move(row, "unconfirmed", this.#now + this.coin(row.coin).block_ms);
  }

  /** Another transaction with the same recipient takes the place of an unconfirmed one, with a higher fee. */
  replace(row: BitgoTransfer, extra_fee: bigint): BitgoTransfer {
    assert(row.state === "unconfirmed", `only what is unconfirmed is replaced, ${row.id} is ${row.state}`);
    const { coin, wallet, amount, address, memo, comment } = row;
    const fee = row.fee + extra_fee;
    this.balance(this.#wallet(row), coin).held += extra_fee;
    const next = this.#add({
      coin,
      wallet,
      type: "send",
      state: "unconfirmed",
      amount,
      fee,
      address,
      memo,
      sequence_id: null,
      comment,
    });
    next.txid = hexOf("tx", next.id);
    next.replaces = [row.txid];
    next.due_at = this.#now + this.coin(coin).block_ms;
    row.replaced_by = [next.txid];
    this.#move(row, "replaced", null);
    this.#changed("transfer", next);
    return next;
  }

  /** The chain refused it, or BitGo could not sign: nothing left, the funds are free again. */
  fail(row: BitgoTransfer): void {
    assert(row.state === "signed" || row.state === "unconfirmed", `${row.id} is ${row.state}`);
    this.#release(row, "failed");
    this.#changed("transfer", row);
  }

  /** Moves everything on that is due. */
  advance(now: Instant): void {
    for (let due = this.#nextDue(now); due !== null; due = this.#nextDue(now)) this.#step(due);
    this.#now = Math.max(this.#now, now);
  }

  confirmations(row: BitgoTransfer): number {
    if (row.state !== "confirmed" || row.confirmed_at === null) return 0;
    return Math.floor((this.#now - row.confirmed_at) / this.coin(row.coin).block_ms) + 1;
  }

  #nextDue(now: Instant): BitgoTransfer | null {
    let next: BitgoTransfer | null = null;
    for (const row of this.transfers.values()) {
      if (row.due_at === null || row.due_at > now) continue;
      if (next === null || row.due_at < (next.due_at ?? 0)) next = row;
    }
    return next;
  }

  #step(row: BitgoTransfer): void {
    this.#now = Math.max(this.#now, row.due_at ?? this.#now);
    if (row.state === "pendingApproval") {
      const approval = this.approvalOf(row.id);
      assert(approval !== null, `${row.id} waits for an approval`);
      row.due_at = null;
      this.resolve(approval, "approved", "approver");
      return;
    }
    if (row.state === "signed") {
      this.#move(row, "unconfirmed", this.#now + this.coin(row.coin).block_ms);
      this.#arrive(row);
      return;
    }
    if (row.state === "unconfirmed") this.#confirm(row);
    else row.due_at = null;
  }

  #confirm(row: BitgoTransfer): void {
    const balance = this.balance(this.#wallet(row), row.coin);
    if (row.type === "send") {
      balance.confirmed -= row.amount + row.fee;
      balance.held -= row.amount + row.fee;
    } else {
      balance.confirmed += row.amount;
      balance.incoming -= row.amount;
    }
    assert(balance.confirmed >= 0n, `wallet ${row.wallet} would go negative`);
    row.confirmed_at = this.#now;
    row.height = Math.floor(this.#now / this.coin(row.coin).block_ms);
    this.#move(row, "confirmed", null);
  }

  /** What is broadcast to an address of this fake is seen there too. */
  #arrive(row: BitgoTransfer): void {
    const target = this.walletOfAddress(row.address);
    if (target !== null && this.coin(row.coin).wallet_coin === target.coin) {
      this.deposit(target, row.coin, row.amount, row.txid);
    }
  }

  #sign(row: BitgoTransfer): void {
    row.txid = hexOf("tx", row.id);
    this.#move(row, "signed", this.#now + SIGN_MS);
  }

  #release(row: BitgoTransfer, state: "rejected" | "failed"): void {
    this.balance(this.#wallet(row), row.coin).held -= row.amount + row.fee;
    this.#move(row, state, null);
  }

  #ask(row: BitgoTransfer, creator: string): void {
    const { id: transfer_id, wallet, coin, amount, address } = row;
    const id = this.nextId("approval");
    const created_at = this.#now;
    this.approvals.set(id, {
      id,
      transfer_id,
      wallet,
      coin,
      creator,
      created_at,
      state: "pending",
      recipients: [{ address, amount }],
      resolved_by: null,
      resolved_at: null,
    });
    const { approve_after_ms } = this.#options;
    row.due_at = approve_after_ms === null ? null : this.#now + approve_after_ms;
  }

  #move(row: BitgoTransfer, state: BitgoTransferState, due_at: Instant | null): void {
    Object.assign(row, { state, due_at, changed_at: this.#now });
    this.#changed("transfer", row);
  }

  #add(
    input: Pick<
      BitgoTransfer,
      "coin" | "wallet" | "type" | "state" | "amount" | "fee" | "address" | "memo" | "sequence_id" | "comment"
    >,
  ): BitgoTransfer {
    const row: BitgoTransfer = {
      ...input,
      id: this.nextId("transfer"),
      txid: "",
      created_at: this.#now,
      changed_at: this.#now,
      confirmed_at: null,
      height: 0,
      replaced_by: [],
      replaces: [],
      due_at: null,
    };
    this.transfers.set(row.id, row);
    return row;
  }

  #wallet(row: BitgoTransfer): BitgoWallet {
    const wallet = this.wallets.get(row.wallet);
    assert(wallet !== undefined, `transfer ${row.id} has a wallet`);
    return wallet;
  }

  #find(matches: (row: BitgoTransfer) => boolean): BitgoTransfer | null {
    return [...this.transfers.values()].find(matches) ?? null;
  }

  #changed(kind: BitgoChange["kind"], transfer: BitgoTransfer): void {
    this.#options.onChange?.({ kind, transfer });
  }
}
