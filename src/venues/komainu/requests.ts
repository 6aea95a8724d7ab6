/**
 * Requests: created, confirmed by a signed challenge, approved by Komainu's people. There is no idempotency key: before anything is
 * created the reference is looked up, nothing is ever sent twice, and after a lost answer the reference is looked up again.
 */
import type { Instant } from "../../ports/index.ts";
import type { PreparedSubmit } from "../../transfers/types.ts";
import { get, type HttpReply, preparedBytes, readShape, readStatus, type StatusMeaning } from "../http/index.ts";
import { VenueError } from "../index.ts";
import type { CancelOutcome, FindOutcome, SubmitOutcome, VenueTransfer } from "../port.ts";
import { type KomainuLine, readError } from "./line.ts";
import { type AssetForm, fromKomainu } from "./registry.ts";
import { readPrepared } from "./send_request.ts";
import { challengeShape, requestShape, transactionShape, type WireRequest, type WireTransaction } from "./shapes.ts";

const REQUEST: Readonly<Record<string, StatusMeaning>> = {
  CREATED: { stage: "accepted", status: "pending" },
  PENDING: { stage: "pending_approval", status: "pending" },
  APPROVED: { stage: "signing", status: "pending" },
  /** Compliance looks at it: neither paid nor free. */
  BLOCKED: { stage: "compliance_hold", status: "pending" },
  REJECTED: { stage: "final", status: "failed" },
  CANCELLED: { stage: "final", status: "failed" },
  EXPIRED: { stage: "final", status: "failed" },
};
const TRANSACTION: Readonly<Record<string, StatusMeaning>> = {
  PENDING: { stage: "signing", status: "pending" },
  BROADCASTED: { stage: "broadcast", status: "pending" },
  CONFIRMED: { stage: "final", status: "succeeded" },
  FAILED: { stage: "final", status: "failed" },
};
/** With Komainu's own error these say that nothing was taken. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 404, 422, 429]);

export async function submitRequest(line: KomainuLine, prepared: PreparedSubmit): Promise<SubmitOutcome> {
  const before = await tryByReference(line, prepared.reference);
  if (before === "unreadable") {
    const message = "Whether the reference was used cannot be seen now; nothing was sent.";
    return { outcome: "rejected", code: "komainu_not_asked", message };
  }
  if (before !== null) return isSame(before, prepared) ? accepted(before) : used();
  const { requests_path } = line.settings;
  const body = preparedBytes(prepared);
  const result = await line.client.submit({ method: "POST", target: requests_path, body, headers: {} });
  if (!result.answered) {
    if (!result.sent) return { outcome: "rejected", code: "komainu_not_asked", message: result.message };
    return { outcome: "unknown", message: result.message };
  }
  const created = result.reply.status < 300 ? requestShape.safeParse(result.reply.body).data : undefined;
  if (created === undefined || created.external_reference !== prepared.reference) return refusalOf(result.reply);
  return confirmRequest(line, created);
}

/** A request that is not confirmed pays nothing and expires: what goes wrong here is never a second payment. */
export async function confirmRequest(line: KomainuLine, created: WireRequest): Promise<SubmitOutcome> {
  const path = `${line.settings.requests_path}/${encodeURIComponent(created.id)}`;
  const challenge = await readChallenge(line, path);
  if (challenge === null)
    return { outcome: "unknown", message: `${created.id} is created and its challenge cannot be read.` };
  const body = JSON.stringify({ signature: line.signChallenge(challenge) });
  const result = await line.client.submit({ method: "POST", target: `${path}/confirm`, body, headers: {} });
  const row = result.answered && result.reply.status < 300 ? requestShape.safeParse(result.reply.body).data : undefined;
  if (row !== undefined) return accepted(row);
  const message = result.answered ? `it answered ${result.reply.status}` : result.message;
  return {
    outcome: "unknown",
    message: `${created.id} is created, and whether it is confirmed is not known: ${message}`,
  };
}

async function readChallenge(line: KomainuLine, path: string): Promise<string | null> {
  try {
    const body = await line.client.read(get(`${path}/challenge`), "money");
    return readShape(challengeShape, body, "challenge").challenge;
  } catch (error) {
    if (error instanceof VenueError) return null;
    throw error;
  }
}

function accepted({ id, status }: WireRequest): SubmitOutcome {
  return { outcome: "accepted", venue_ref: id, tx_hash: null, stage: readStatus(REQUEST, status).stage };
}

function used(): SubmitOutcome {
  return { outcome: "unknown", message: "Komainu knows the reference, and for another payment." };
}

export function refusalOf(reply: HttpReply): SubmitOutcome {
  const error = readError(reply);
  if (error !== null && REFUSALS.has(reply.status))
    return { outcome: "rejected", code: error.code, message: error.message };
  return {
    outcome: "unknown",
    message: `Komainu answered ${reply.status}${error === null ? "" : `: ${error.message}`}.`,
  };
}

function isSame({ details }: WireRequest, prepared: PreparedSubmit): boolean {
  const ours = readPrepared(prepared).details;
  return (
    details.wallet === ours.wallet &&
    details.asset === ours.asset &&
    details.amount === ours.amount &&
    details.destination_address === ours.destination_address &&
    (details.destination_tag || null) === (ours.destination_tag ?? null)
  );
}

/** The request of a reference. @throws VenueError */
async function byReference(line: KomainuLine, reference: string): Promise<WireRequest | null> {
  const rows = await line.list(line.settings.requests_path, { extRef: reference }, requestShape);
  // The filter is one of the facts that are not confirmed: what it lets through is looked at again.
  const ours = rows.filter((row) => row.external_reference === reference && row.request_type === "CREATE_TRANSACTION");
  if (ours.length <= 1) return ours[0] ?? null;
  throw new VenueError("venue_invalid", `Komainu has ${ours.length} requests under the reference ${reference}.`);
}

async function tryByReference(line: KomainuLine, reference: string): Promise<WireRequest | null | "unreadable"> {
  try {
    return await byReference(line, reference);
  } catch (error) {
    if (error instanceof VenueError) return "unreadable";
    throw error;
  }
}

/** Never throws for an answer. */
export async function findRequest(
  line: KomainuLine,
  reference: string,
  form: AssetForm,
  now: Instant,
): Promise<FindOutcome> {
  try {
    const row = await byReference(line, reference);
    if (row === null) return { outcome: "absent", as_of: now };
    const paid = row.entity_id ? await readTransaction(line, row.entity_id) : null;
    return { outcome: "found", transfer: toTransfer(row, paid, form) };
  } catch (error) {
    if (error instanceof VenueError) return { outcome: "unreadable", message: error.message };
    throw error;
  }
}

async function readTransaction(line: KomainuLine, id: string): Promise<WireTransaction> {
  const body = await line.client.read(get(`/v1/custody/transactions/${encodeURIComponent(id)}`), "lookup");
  return readShape(transactionShape, body, "transaction");
}

function toTransfer(row: WireRequest, paid: WireTransaction | null, form: AssetForm): VenueTransfer {
  const { stage, status, final } =
    paid === null ? readStatus(REQUEST, row.status) : readStatus(TRANSACTION, paid.status);
  // What is paid counts; before that, what Komainu's people are asked to let go.
  const amount = fromKomainu(form, paid?.amount ?? row.details.amount);
  return {
    venue_ref: row.id,
    reference: row.external_reference ?? null,
    tx_hash: paid?.tx_hash ?? null,
    stage,
    status,
    final,
    to_address: paid?.receiver_address ?? row.details.destination_address ?? "",
    to_memo: row.details.destination_tag || null,
    asset: (paid?.asset ?? row.details.asset) === form.code ? form.asset.id : row.details.asset,
    amount,
    amount_received: status === "succeeded" ? amount : null,
    fee: paid === null ? (status === "failed" ? 0n : null) : fromKomainu(form, paid.fees),
    confirmations: null,
    confirmations_needed: null,
    raw_status: paid === null ? row.status : `${row.status}/${paid.status}`,
  };
}

export async function cancelRequest(line: KomainuLine, id: string): Promise<CancelOutcome> {
  const path = `${line.settings.requests_path}/${encodeURIComponent(id)}`;
  const challenge = await readChallenge(line, path);
  if (challenge === null) return { outcome: "unknown", message: "The request's challenge cannot be read now." };
  const body = JSON.stringify({ signature: line.signChallenge(challenge) });
  const result = await line.client.submit({ method: "POST", target: `${path}/cancel`, body, headers: {} });
  if (!result.answered) return { outcome: "unknown", message: result.message };
  const { status } = result.reply;
  if (status === 200) return { outcome: "cancelled" };
  if (status === 409 && readError(result.reply) !== null)
    return { outcome: "too_late", message: "Komainu has approved or ended it." };
  return { outcome: "unknown", message: `Komainu answered ${status}.` };
}
