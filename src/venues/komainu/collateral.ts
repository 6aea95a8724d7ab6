/**
 * Collateral operations: what is pledged to a third party stays in the wallet and is locked. They go the way of every request,
 * reference first, and are no transfers: nothing leaves the wallet.
 */
import { readStatus } from "../http/index.ts";
import { VenueError } from "../index.ts";
import type { SubmitOutcome } from "../port.ts";
import type { KomainuLine } from "./line.ts";
import { type AssetForm, fromKomainu, toKomainu } from "./registry.ts";
import { confirmRequest, refusalOf } from "./requests.ts";
import { requestShape } from "./shapes.ts";

export interface CollateralOrder {
  /** Ours: the operation is found by it. */
  readonly reference: string;
  readonly account: string;
  readonly operation: "PLEDGE" | "RELEASE";
  /** Base units of the asset. */
  readonly amount: bigint;
}

export interface CollateralOperation extends CollateralOrder {
  readonly venue_ref: string;
  readonly status: "pending" | "succeeded" | "failed";
  readonly raw_status: string;
}

const STATUS = {
  APPROVED: { stage: "final", status: "succeeded" },
  REJECTED: { stage: "final", status: "failed" },
  CANCELLED: { stage: "final", status: "failed" },
  EXPIRED: { stage: "final", status: "failed" },
} as const;

/** @throws VenueError when the list cannot be read */
export async function listOperations(line: KomainuLine, form: AssetForm): Promise<CollateralOperation[]> {
  const rows = await line.list("/v1/collateral/operations", {}, requestShape);
  return rows.flatMap(({ id, status, external_reference, details }) => {
    const { operation } = details;
    if (details.asset !== form.code || (operation !== "PLEDGE" && operation !== "RELEASE")) return [];
    const meaning = readStatus(STATUS, status);
    const known = { reference: external_reference ?? "", account: details.wallet, operation } as const;
    const amount = fromKomainu(form, details.amount);
    return [
      { ...known, amount, venue_ref: id, status: meaning.status as CollateralOperation["status"], raw_status: status },
    ];
  });
}

/** Never throws for an outcome; a reference that is known is never used again. */
export async function requestOperation(
  line: KomainuLine,
  order: CollateralOrder,
  form: AssetForm,
): Promise<SubmitOutcome> {
  try {
    const before = (await listOperations(line, form)).find(({ reference }) => reference === order.reference);
    if (before !== undefined)
      return { outcome: "accepted", venue_ref: before.venue_ref, tx_hash: null, stage: "accepted" };
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    return { outcome: "rejected", code: "komainu_not_asked", message: error.message };
  }
  const { reference, account, operation, amount } = order;
  const details = {
    wallet: account,
    asset: form.code,
    amount: toKomainu(form, amount),
    operation,
    note: `tidegate ${reference}`,
  };
  const body = JSON.stringify({ request_type: "COLLATERAL_OPERATION", external_reference: reference, details });
  const result = await line.client.submit({ method: "POST", target: line.settings.requests_path, body, headers: {} });
  if (!result.answered) return { outcome: "unknown", message: result.message };
  const created = result.reply.status < 300 ? requestShape.safeParse(result.reply.body).data : undefined;
  if (created?.external_reference === reference) return confirmRequest(line, created);
  return refusalOf(result.reply);
}
