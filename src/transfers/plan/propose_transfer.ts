/** A person asks for a move. The key makes it idempotent: the same key is the same transfer, whenever and wherever it is sent. */
import type { ManualTransfer } from "../../daemon/types.ts";
import { digestOf } from "../../digest/index.ts";
import { feeLimit } from "../../routes/index.ts";
import { tables } from "../../store/index.ts";
import { findPool, type TransferDeps } from "../context.ts";
import { TransferError } from "../errors.ts";
import type { TransferRow } from "../types.ts";
import { planTransfer, type TransferDraft } from "./plan_transfer.ts";

const KEY_LENGTH_MAX = 200;
const REASON_LENGTH_MAX = 500;
const ID_HEX_DIGITS = 32;

/**
 * Plans the transfer, or returns the one the key already made.
 * @throws TransferError transfer_key_reused when the key was used for another request; everything `planTransfer` refuses
 */
export async function proposeTransfer(deps: TransferDeps, input: ManualTransfer): Promise<TransferRow> {
  const draft = draftOf(deps, input);
  return deps.store.tx("transfer.propose", async (tx) => {
    const known = await tx.get(tables.transfer, { id: draft.id });
    if (known === undefined) return planTransfer(tx, deps, draft);
    if (isSameRequest(known, draft)) return known;
    throw new TransferError("transfer_key_reused", "This key was used for another transfer; use a new key.", {
      transfer: known.id,
    });
  });
}

function draftOf(deps: TransferDeps, input: ManualTransfer): TransferDraft {
  const { pool_id, from_wallet, to_wallet, network, amount, reason, initiator, key } = input;
  if (key === "" || key.length > KEY_LENGTH_MAX || reason.length > REASON_LENGTH_MAX) {
    throw new TransferError(
      "transfer_invalid",
      `A key of 1 to ${KEY_LENGTH_MAX} characters and a short reason are needed.`,
    );
  }
  if (deps.config.facility_places?.pools.some(({ id }) => id === pool_id) === true) {
    // Such a move would leave the collateral counted that it takes away.
    throw new TransferError("transfer_invalid", "Collateral leaves through its facility: release it there.", {
      pool: pool_id,
    });
  }
  const policy = findPool(deps.config, pool_id)?.policy;
  return {
    id: `trf_${digestOf("request", { initiator, key }).slice(0, ID_HEX_DIGITS)}`,
    pool_id,
    from_wallet,
    to_wallet,
    network,
    amount,
    fee_max: policy === undefined ? 0n : feeLimit(policy, amount),
    cause: "manual",
    reason,
    decision_id: null,
    initiator,
  };
}

function isSameRequest(row: TransferRow, draft: TransferDraft): boolean {
  return (
    row.pool_id === draft.pool_id &&
    row.from_wallet === draft.from_wallet &&
    row.to_wallet === draft.to_wallet &&
    row.network === draft.network &&
    row.amount === draft.amount &&
    row.plan.reason === draft.reason &&
    row.plan.initiator === draft.initiator
  );
}
