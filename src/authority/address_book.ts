/**
 * Where money may go: entries people registered, found by wallet and network, never by free text. And the comparison of what the
 * built bytes would really do with what was approved.
 */
import type { AddressEntry, PoolConfig, WalletConfig } from "../config/types.ts";
import type { TransferPlan } from "../transfers/types.ts";
import type { DecodedEffect } from "../venues/port.ts";
import { AuthorityError, type AuthorityErrorCode } from "./errors.ts";

/** What of the configuration says where money may go. */
export interface Destinations {
  readonly address_book: readonly AddressEntry[];
  readonly wallets: readonly WalletConfig[];
  readonly pools: readonly PoolConfig[];
}

/** The registered address of a wallet on a network. @throws AuthorityError authority_destination_unknown */
export function lookUpAddress(book: readonly AddressEntry[], wallet: string, network: string): AddressEntry {
  const entries = book.filter((entry) => entry.wallet === wallet && entry.network === network);
  const [entry] = entries;
  if (entry !== undefined && entries.length === 1 && entry.address !== "") return entry;
  throw new AuthorityError(
    "authority_destination_unknown",
    `The address book has ${entries.length === 0 ? "no" : "no single"} entry of ${wallet} on ${network}.`,
    { wallet, network },
  );
}

/**
 * The plan's destination is in the address book with this very address and memo, and plays the part the move needs: what leaves
 * liquidity ends in the same pool's reserve and nowhere else, whatever else is registered.
 * @throws AuthorityError authority_destination_unknown, authority_destination_changed, authority_wrong_destination_role
 */
export function assertDestination(plan: TransferPlan, known: Destinations): void {
  if (plan.self === undefined) assertElsewhere(plan, known);
  else assertSelf(plan, known);
  for (const end of [plan.from, plan.to]) {
    const wallet = known.wallets.find(({ id }) => id === end.wallet);
    const same = wallet?.venue === end.venue && wallet.kind === end.role && wallet.asset === plan.asset;
    if (!same || wallet.status !== "active") {
      throw refuse(
        "authority_wrong_destination_role",
        `${end.wallet} is no active ${end.role} wallet of ${end.venue}.`,
        plan,
      );
    }
  }
}

function assertElsewhere(plan: TransferPlan, known: Destinations): void {
  const entry = lookUpAddress(known.address_book, plan.to.wallet, plan.network);
  if (!sameAddress(entry.address, plan.to.address) || entry.memo !== plan.to.memo) {
    throw refuse(
      "authority_destination_changed",
      `The registered address of ${plan.to.wallet} is not the plan's any more.`,
      plan,
    );
  }
  const pool = known.pools.find(({ id }) => id === plan.pool_id);
  if (pool === undefined || !playsItsPart(plan, pool)) {
    throw refuse(
      "authority_wrong_destination_role",
      `${plan.to.wallet} is not where a ${plan.direction} move may go.`,
      plan,
    );
  }
}

/** A wallet that pays itself goes nowhere: what proves it is its keys (`DecodedEffect.self`), and no entry of the address book. */
function assertSelf(plan: TransferPlan, known: Destinations): void {
  const { from, to, direction, amount, network } = plan;
  const pool = known.pools.find(({ id }) => id === plan.pool_id);
  const ours = pool !== undefined && [...pool.liquidity, ...pool.reserve].includes(from.wallet);
  const same = from.wallet === to.wallet && from.venue === to.venue && from.role === to.role;
  if (!ours || !same || direction !== "internal" || amount !== "0" || !pool.networks.includes(network)) {
    throw refuse("authority_wrong_destination_role", `${to.wallet} does not pay itself with this plan.`, plan);
  }
}

/**
 * What the built bytes would do is what was approved, field by field; the fee may only be lower than its cap.
 * @param from_account the venue's own name of the source wallet
 * @throws AuthorityError authority_effect_mismatch, naming the field
 */
export function assertSameEffect(plan: TransferPlan, decoded: DecodedEffect, from_account: string): void {
  const differs: Readonly<Record<keyof DecodedEffect, boolean>> = {
    from_account: decoded.from_account !== from_account,
    self: (decoded.self === true) !== (plan.self !== undefined),
    to_address: plan.self === undefined ? !sameAddress(decoded.to_address, plan.to.address) : decoded.to_address !== "",
    to_memo: decoded.to_memo !== plan.to.memo,
    asset: decoded.asset !== plan.asset,
    network: decoded.network !== plan.network,
    amount: decoded.amount !== BigInt(plan.amount),
    fee_max: decoded.fee_max < 0n || decoded.fee_max > BigInt(plan.fee_max),
    reference: decoded.reference !== plan.id,
    // Not of the plan: it is compared between one request and what takes its place.
    exclusive: false,
    // Bytes of a chain name both; a request to a custodian names neither, and what it means stands in asset and network.
    chain_id: plan.chain_id === null ? isOther(decoded.chain_id) : decoded.chain_id !== plan.chain_id,
    contract:
      plan.chain_id === null && decoded.contract === undefined ? false : !sameContract(decoded.contract, plan.contract),
  };
  const field = Object.entries(differs).find(([, different]) => different)?.[0];
  if (field === undefined) return;
  throw new AuthorityError("authority_effect_mismatch", `What was built differs from what was approved in ${field}.`, {
    transfer: plan.id,
    field,
  });
}

/** Null is the coin of the network: it equals itself and no token. */
export function sameContract(a: string | null | undefined, b: string | null | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a === null || b === null ? a === b : sameAddress(a, b);
}

function isOther(chain_id: number | null | undefined): boolean {
  return chain_id !== undefined && chain_id !== null;
}

const EVM_ADDRESS = /^0x[0-9a-fA-F]{40}$/;

/** Letter case is a checksum in an EVM address and part of the address everywhere else. Nothing equals an empty address. */
export function sameAddress(a: string, b: string): boolean {
  if (a === "" || b === "") return false;
  return a === b || (EVM_ADDRESS.test(a) && EVM_ADDRESS.test(b) && a.toLowerCase() === b.toLowerCase());
}

function playsItsPart(plan: TransferPlan, pool: PoolConfig): boolean {
  const { from, to, direction } = plan;
  if (from.wallet === to.wallet || pool.asset !== plan.asset || !pool.networks.includes(plan.network)) return false;
  const side = (wallet: string) =>
    pool.liquidity.includes(wallet) ? "liquidity" : pool.reserve.includes(wallet) ? "reserve" : null;
  const sides = [side(from.wallet), side(to.wallet)];
  const { task } = pool.policy;
  if (task !== undefined) {
    const up = sides[0] === "reserve" && sides[1] === "liquidity";
    const down = sides[0] === "liquidity" && sides[1] === "reserve";
    return direction === "internal" && from.role !== "custody" && (task.kind === "gas" ? up : down);
  }
  // Somebody else is paid what is known to be owed to him, and only out of custody.
  if (direction === "reserve_to_payee") {
    return sides[0] === "reserve" && plan.obligation !== undefined && (pool.payees ?? []).includes(to.wallet);
  }
  if (direction === "internal") return sides[0] !== null && sides[0] === sides[1];
  const [wanted_from, wanted_to] =
    direction === "liquidity_to_reserve" ? ["liquidity", "reserve"] : ["reserve", "liquidity"];
  return sides[0] === wanted_from && sides[1] === wanted_to;
}

function refuse(code: AuthorityErrorCode, message: string, plan: TransferPlan): AuthorityError {
  return new AuthorityError(code, message, { transfer: plan.id, wallet: plan.to.wallet, network: plan.network });
}
