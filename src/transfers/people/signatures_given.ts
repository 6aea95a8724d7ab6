/**
 * Every signature that an owner ever gave for a transfer, as a vote or not, from the log. A vote that was taken back is still a
 * signature, and so is one in a file that somebody else handed in: with enough of them the payment can be sent by anybody.
 */
import { emit } from "../../audit/index.ts";
import { assert } from "../../errors/index.ts";
import type { Notice } from "../../ports/index.ts";
import { type ReadTx, type Tx, tables } from "../../store/index.ts";
import type { OwnerSignature } from "../../venues/port.ts";
import { recordAlert } from "../change/alerts.ts";
import { changeFields } from "../change/change_state.ts";
import type { TransferDeps } from "../context.ts";
import { getTransfer } from "../read_transfers.ts";
import { TERMINAL, UNSENT } from "../states.ts";
import type { TransferRow } from "../types.ts";

const GIVEN_MAX = 1_000;

/** A signature that was checked, and that is no vote. */
export interface GivenSignature {
  /** Null: the policy gives the key to nobody, and its wallet takes it all the same. */
  readonly person_id: string | null;
  readonly key_id: string;
  readonly signature: string;
}

export async function signaturesGiven(tx: ReadTx, { id, signing }: TransferRow): Promise<readonly OwnerSignature[]> {
  if (signing === null) return [];
  const events = await tx.find(tables.event, {
    where: { ref: id, kind: { in: ["approval.voted", "signature.given"] } },
    order_by: [["id", "asc"]],
    limit: GIVEN_MAX,
  });
  assert(events.length < GIVEN_MAX, `more than ${GIVEN_MAX} votes and signatures on ${id}`);
  return events.flatMap(({ kind, payload }) => {
    const { vote, scheme, signature, key_id } = payload as Record<"vote" | "scheme" | "signature" | "key_id", string>;
    const is_given = kind === "signature.given" || vote === "approve";
    return is_given && scheme === signing.scheme ? [{ signer: key_id, signature }] : [];
  });
}

/**
 * Records those of `given` whose key has none yet: once for each key, so that handing a file in again writes nothing. What is unsent or
 * held is changed with it: nobody ends it in the same moment without having seen them. Of what ended already nothing is reserved any more, and it
 * may still be sent: people are called. @throws TransferError transfer_conflict
 */
export async function recordGiven(
  deps: Pick<TransferDeps, "ids" | "clock" | "config" | "collateral" | "store" | "notifier">,
  id: string,
  given: readonly GivenSignature[],
  actor: string,
): Promise<void> {
  if (given.length === 0) return;
  const notice = await deps.store.tx("signatures.given", (tx) => writeGiven(tx, deps, id, given, actor));
  if (notice !== null) deps.notifier.notify(notice);
}

async function writeGiven(
  tx: Tx,
  deps: Pick<TransferDeps, "ids" | "clock" | "config" | "collateral">,
  id: string,
  given: readonly GivenSignature[],
  actor: string,
): Promise<(Notice & { readonly ref: string }) | null> {
  const row = await getTransfer(tx, id);
  const { signing, digest } = row;
  const known = new Set((await signaturesGiven(tx, row)).map(({ signer }) => signer));
  const fresh = given.filter(({ key_id }) => !known.has(key_id));
  if (signing === null || fresh.length === 0) return null;
  const now = deps.clock.now();
  for (const { person_id, key_id, signature } of fresh) {
    const payload = {
      object_kind: "transfer",
      object_id: id,
      digest,
      person_id,
      key_id,
      scheme: signing.scheme,
      signature,
    };
    await emit(tx, deps.ids, { kind: "signature.given", ref: id, actor, at: now, type: "Manual", payload });
  }
  if (UNSENT.has(row.state) || row.state === "held") {
    await changeFields(tx, deps, row, { now, actor, patch: { next_at: now } });
    return null;
  }
  if (!TERMINAL.has(row.state) || row.state === "settled") return null;
  const count = known.size + fresh.length;
  const message = `Owners' signatures for ${id} came in after it was ${row.state}: ${count} of its keys have signed it. With enough of them anybody can send it, and nothing is reserved for it any more. Let the owners use up what it would spend, and look before it is paid again.`;
  const notice = { code: "signed_after_end", severity: "page", message, ref: id } as const;
  await recordAlert(tx, deps, notice, now);
  return notice;
}
