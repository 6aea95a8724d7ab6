/** A transfer's life in the world: accepted, approved by the venue, on the network, final. Each step is a draft's rows. */
import { createHash } from "node:crypto";
import { assert } from "../errors/index.ts";
import type { Asset } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { Draft } from "./draft.ts";
import { gasAccountOf, payGasOf, transactionFee } from "./gas.ts";
import { CONSOLE_EXPIRY_MS, confirmingMs, consoleAt, includedAt, type NetworkTerms } from "./networks.ts";
import { accountsOf } from "./state.ts";
import type { Patch, WorldState, WorldTransfer, WorldVenue } from "./types.ts";

const REFERENCE = /^[A-Za-z0-9_.:-]{1,64}$/;

/** What a venue's server asks of the world, already parsed. */
export interface TransferRequest {
  readonly venue: WorldVenue;
  readonly key: string;
  readonly reference: string;
  readonly body_digest: string;
  readonly asset: Asset;
  readonly network: string;
  readonly to_address: string;
  readonly to_memo: string | null;
  readonly amount: bigint;
  readonly fee_limit: bigint;
  /** Known before inclusion where the venue signs first; null: given at inclusion. */
  readonly tx_hash: string | null;
}

export type RefusalCode =
  | "bad_reference"
  | "unknown_account"
  | "unknown_network"
  | "bad_address"
  | "below_minimum"
  | "bad_step"
  | "fee_above_limit"
  | "insufficient_balance";

export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
}

/** Why the world does not take the request; null when it does. */
export function refusalOf(state: WorldState, request: TransferRequest, terms: NetworkTerms | null): Refusal | null {
  const account = state.accounts.get(request.key);
  if (!REFERENCE.test(request.reference)) return refuse("bad_reference", "The reference is missing or malformed.");
  if (!account || account.asset !== request.asset.id) return refuse("unknown_account", "There is no such account.");
  if (!terms) return refuse("unknown_network", `${request.asset.id} does not move on ${request.network}.`);
  if (!request.to_address.startsWith(`sandbox:${request.network}:`)) {
    return refuse("bad_address", `"${request.to_address}" is not an address on ${request.network}.`);
  }
  if (request.amount < terms.minimum) return refuse("below_minimum", "The amount is below the minimum.");
  if (request.amount % terms.step !== 0n) return refuse("bad_step", "The amount is not a multiple of the step.");
  if (terms.fee > request.fee_limit) return refuse("fee_above_limit", "The fee is above the limit you gave.");
  if (account.total - account.held < request.amount + terms.fee) {
    return refuse("insufficient_balance", "The account does not have the amount and its fee.");
  }
  const gas = gasAccountOf(state, request.key);
  if (gas !== null && gas.total - gas.held < transactionFee(state, gas.asset)) {
    return refuse("insufficient_balance", "The account cannot pay for the transaction; it needs gas.");
  }
  return null;
}

/** Holds the funds and starts the transfer. The request must not be refused. */
export function acceptTransfer(state: WorldState, request: TransferRequest, fee: bigint, seed: number): Patch {
  const draft = new Draft(state, state.at);
  const id = `${request.venue.id}-${shortHash([request.venue.id, request.reference, String(state.transfers.size), String(state.at)])}`;
  assert(!state.transfers.has(id), `sandbox: transfer ${id} exists`);
  const waits = request.venue.kind === "custodian_with_approval";
  draft.account(request.key).held += request.amount + fee;
  draft.addTransfer({
    id,
    venue: request.venue.id,
    key: request.key,
    reference: request.reference,
    body_digest: request.body_digest,
    asset: request.asset.id,
    network: request.network,
    to_address: request.to_address,
    to_memo: request.to_memo,
    to_key: keyOfAddress(state, request),
    amount: request.amount,
    fee,
    status: waits ? "pending_approval" : "processing",
    created_at: state.at,
    due_at: firstDue(request.venue, id, state.at, seed),
    included_at: null,
    tx_hash: request.tx_hash,
    final_at: null,
  });
  return draft.patch();
}

/** The next stage of a transfer that is due. */
export function nextStage(state: WorldState, row: WorldTransfer, venue: WorldVenue, at: Instant, seed: number): Patch {
  switch (row.status) {
    case "pending_approval":
      return venue.console ? release(state, row, "expired", at) : approveAtVenue(state, row, venue, at, seed);
    case "processing":
      return include(state, row, at);
    case "confirming":
      return complete(state, row, at);
    case "completed":
    case "cancelled":
    case "rejected":
    case "expired":
      return new Draft(state, at).patch();
  }
}

/** The venue's own approvers said yes: it goes on to be handled. */
export function approveAtVenue(
  state: WorldState,
  row: WorldTransfer,
  venue: WorldVenue,
  at: Instant,
  seed: number,
): Patch {
  const draft = new Draft(state, at);
  const next = draft.transfer(row.id);
  next.status = "processing";
  next.due_at = includedAt(seed, venue.kind, row.id, at);
  return draft.patch();
}

/** Ends a transfer that has not left yet; its funds are free again. */
export function release(
  state: WorldState,
  row: WorldTransfer,
  status: "cancelled" | "rejected" | "expired",
  at: Instant,
): Patch {
  const draft = new Draft(state, at);
  draft.account(row.key).held -= row.amount + row.fee;
  const next = draft.transfer(row.id);
  next.status = status;
  next.due_at = null;
  next.final_at = at;
  return draft.patch();
}

function refuse(code: RefusalCode, message: string): Refusal {
  return { code, message };
}

/** The address of an account of this world on a network. */
export function addressOf(network: string, key: string): string {
  return `sandbox:${network}:${key.replace("/", "-")}`;
}

function include(state: WorldState, row: WorldTransfer, at: Instant): Patch {
  const draft = new Draft(state, at);
  const next = draft.transfer(row.id);
  next.status = "confirming";
  next.included_at = at;
  next.due_at = at + confirmingMs(row.network);
  next.tx_hash = row.tx_hash ?? shortHash(["tx", row.id]).padEnd(64, "0");
  draft.account(row.key).held -= row.amount + row.fee;
  draft.move(row.key, {
    direction: "out",
    amount: row.amount,
    fee: row.fee,
    reference: row.reference,
    tx_hash: next.tx_hash,
    counterparty: row.to_address,
  });
  draft.asset(row.asset).network_fees += row.fee;
  payGasOf(state, draft, row.key);
  if (row.to_key === null) draft.asset(row.asset).sent_outside += row.amount;
  else draft.account(row.to_key).incoming += row.amount;
  return draft.patch();
}

function complete(state: WorldState, row: WorldTransfer, at: Instant): Patch {
  const draft = new Draft(state, at);
  const next = draft.transfer(row.id);
  next.status = "completed";
  next.due_at = null;
  next.final_at = at;
  if (row.to_key !== null) {
    draft.account(row.to_key).incoming -= row.amount;
    draft.move(row.to_key, {
      direction: "in",
      amount: row.amount,
      fee: 0n,
      reference: null,
      tx_hash: row.tx_hash,
      counterparty: addressOf(row.network, row.key),
    });
  }
  return draft.patch();
}

/** The account that receives this asset at the address; null: the money leaves the world. */
function keyOfAddress(state: WorldState, request: TransferRequest): string | null {
  const accounts = accountsOf(state, request.asset.id);
  return accounts.find((row) => addressOf(request.network, row.key) === request.to_address)?.key ?? null;
}

function firstDue(venue: WorldVenue, id: string, at: Instant, seed: number): Instant {
  if (venue.kind !== "custodian_with_approval") return includedAt(seed, venue.kind, id, at);
  return venue.console ? at + CONSOLE_EXPIRY_MS : consoleAt(seed, id, at);
}

function shortHash(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 20);
}
