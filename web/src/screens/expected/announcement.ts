/** The form that announces a flow, as the request that it makes and as the command that does the same. */

import type { ExpectedFlowRequest } from "../../api/types.ts";
import { typedAmount } from "../../format/amount.ts";
import { readDecimal } from "../../format/decimal.ts";

/** What a form holds, as it was typed. */
export interface FlowForm {
  readonly wallet_id: string;
  readonly direction: "in" | "out";
  readonly amount: string;
  readonly reference: string;
  readonly destination: string;
  readonly tx_hash: string;
  /** Hours from `now`; empty: as the daemon has it. */
  readonly hours: string;
}

const HOUR_MS = 3_600_000;

/** Null while something that it needs is missing, or the amount is none. `now`: the daemon's time when the form was opened. */
export function flowRequest(form: FlowForm, now: string): ExpectedFlowRequest | null {
  const amount = typedAmount(form.amount);
  const units = readDecimal(amount)?.units ?? 0n;
  const reference = form.reference.trim();
  if (form.wallet_id === "" || reference === "" || units <= 0n) return null;
  const until = form.hours === "" ? null : new Date(Date.parse(now) + Number(form.hours) * HOUR_MS).toISOString();
  const { wallet_id, direction } = form;
  return {
    ...{ wallet_id, direction, reference, amount, from: null, until },
    destination: form.destination.trim() || null,
    tx_hash: form.tx_hash.trim() || null,
  };
}

/** @example flowCommand(request) // './tidegate expected add --wallet hot-usdt --reference "w-4711" --amount 250.00' */
export function flowCommand({
  wallet_id,
  reference,
  amount,
  direction,
  destination,
  tx_hash,
  until,
}: ExpectedFlowRequest): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  return [
    `./tidegate expected add --wallet ${wallet_id} --reference ${quoted(reference)} --amount ${amount}`,
    ...(direction === "in" ? ["--incoming"] : []),
    ...(destination ? [`--destination ${quoted(destination)}`] : []),
    ...(tx_hash ? [`--hash ${quoted(tx_hash)}`] : []),
    ...(until ? [`--until ${until}`] : []),
  ].join(" ");
}
