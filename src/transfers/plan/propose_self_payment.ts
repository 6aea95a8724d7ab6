/**
 * A person asks a wallet to pay itself: to put its small coins together, or to pay for a transaction that waits. What it would take up
 * and cost is asked of its venue first, and frozen as the bounds of the plan. The key makes it idempotent, as with any other transfer.
 */
import type { SelfPaymentRequest } from "../../daemon/types.ts";
import { digestOf } from "../../digest/index.ts";
import { amountText, minOf } from "../../money/index.ts";
import { feeLimit } from "../../routes/index.ts";
import { tables } from "../../store/index.ts";
import type { SelfOffer } from "../../venues/port.ts";
import { findWallet, refOf, type TransferDeps } from "../context.ts";
import { TransferError } from "../errors.ts";
import type { TransferRow } from "../types.ts";
import { planTransfer, type TransferDraft } from "./plan_transfer.ts";

const KEY_LENGTH_MAX = 200;
const ID_HEX_DIGITS = 32;
/** Fees move between a plan and its payment; so many times the expected one is allowed. */
const FEE_ROOM = 2n;

/**
 * Plans the transfer, or returns the one the key already made.
 * @throws TransferError transfer_invalid, transfer_key_reused; VenueError where its venue has nothing to do; everything `planTransfer` refuses
 */
export async function proposeSelfPayment(deps: TransferDeps, request: SelfPaymentRequest): Promise<TransferRow> {
  const { initiator, key, wallet_id, purpose, parent } = request;
  if (key === "" || key.length > KEY_LENGTH_MAX) throw invalid("A key is needed.", wallet_id);
  const id = `trf_${digestOf("request", { initiator, key }).slice(0, ID_HEX_DIGITS)}`;
  const known = await deps.store.read("self.known", (tx) => tx.get(tables.transfer, { id }));
  if (known !== undefined) return sameOrRefuse(known, request);
  const wallet = findWallet(deps.config, wallet_id);
  const venue = wallet === undefined ? undefined : deps.venues.get(wallet.venue);
  if (wallet === undefined || venue?.offerSelfPayment === undefined)
    throw invalid(`${wallet_id} holds no coins one by one: it cannot pay itself.`, wallet_id);
  const draft = draftOf(deps, request, id, await venue.offerSelfPayment(refOf(wallet), { purpose, parent }));
  return deps.store.tx("transfer.propose", async (tx) => {
    const meanwhile = await tx.get(tables.transfer, { id });
    return meanwhile === undefined ? planTransfer(tx, deps, draft) : sameOrRefuse(meanwhile, request);
  });
}

function draftOf(deps: TransferDeps, request: SelfPaymentRequest, id: string, offer: SelfOffer): TransferDraft {
  const { wallet_id, purpose, parent, reason, initiator } = request;
  const pool = deps.config.pools.find(({ liquidity, reserve, policy }) => {
    return policy.task === undefined && [...liquidity, ...reserve].includes(wallet_id);
  });
  if (pool === undefined) throw invalid(`${wallet_id} is in no pool: nothing says what it may cost.`, wallet_id);
  const limit = feeLimit(pool.policy, offer.touches);
  const say = (units: bigint): string => amountText(pool.policy.asset, units);
  if (offer.fee > limit)
    throw invalid(`It would cost ${say(offer.fee)}, and at most ${say(limit)} may be paid.`, wallet_id);
  return {
    ...{ id, pool_id: pool.id, from_wallet: wallet_id, to_wallet: wallet_id, network: offer.network, amount: 0n },
    ...{ fee_max: minOf(limit, offer.fee * FEE_ROOM), cause: "manual", reason, decision_id: null, initiator },
    self: { purpose, touches_max: offer.touches.toString(), parent },
  };
}

function sameOrRefuse(row: TransferRow, { wallet_id, purpose, parent, reason }: SelfPaymentRequest): TransferRow {
  const { self, from } = row.plan;
  if (
    self !== undefined &&
    self.purpose === purpose &&
    self.parent === parent &&
    from.wallet === wallet_id &&
    row.plan.reason === reason
  )
    return row;
  const message = "This key was used for another transfer; use a new key.";
  throw new TransferError("transfer_key_reused", message, { transfer: row.id });
}

function invalid(message: string, wallet: string): TransferError {
  return new TransferError("transfer_invalid", message, { wallet });
}
