/** An alert is an event first and a message to people second: delivery may fail, the record may not. */
import { emit } from "../../audit/index.ts";
import type { Instant, Notice } from "../../ports/index.ts";
import type { Tx } from "../../store/index.ts";
import type { TransferDeps } from "../context.ts";

/** Writes the alert in the transaction of what it is about; tell people with `notify` once that has committed. */
export async function recordAlert(
  tx: Tx,
  deps: Pick<TransferDeps, "ids">,
  notice: Notice & { readonly ref: string },
  at: Instant,
): Promise<void> {
  const { code, severity, message, ref } = notice;
  await emit(tx, deps.ids, { kind: "alert.raised", ref, actor: "daemon", at, payload: { code, severity, message } });
}
