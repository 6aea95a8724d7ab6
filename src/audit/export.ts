/**
 * The sealed log as text for outsiders. JSON lines carry everything a verifier needs: one header, then every event in order, each
 * checkpoint right after the last event it covers. The export ends with a checkpoint, so nothing in it is unsigned.
 */
import { canonicalJson } from "../digest/index.ts";
import type { ReadTx, Store } from "../store/index.ts";
import { tables } from "../store/index.ts";
import { AuditError } from "./errors.ts";
import { lastCheckpoint } from "./seal.ts";
import type { EventRow } from "./types.ts";

export const EXPORT_FORMAT = "tidegate-audit/v1";
/** Events read in one transaction. */
const PAGE = 500;
/** Longest line that is read, in characters. */
const LINE_LENGTH_MAX = 262_144;

export type LogRecord =
  | { readonly record: "event"; readonly event: EventRow }
  | { readonly record: "checkpoint"; readonly note: string };

/** Sealed events from number `from` on, in order. At most 10,000. */
export async function readSealed(tx: Pick<ReadTx, "find">, from: number, limit: number): Promise<EventRow[]> {
  return tx.find(tables.event, { where: { seq: { gte: from } }, order_by: [["seq", "asc"]], limit });
}

/** The log up to its newest checkpoint, in pages: a long log never stands in memory. */
export async function* readLog(store: Store): AsyncGenerator<LogRecord> {
  const size = (await store.read("audit.size", lastCheckpoint))?.size ?? 0;
  for (let from = 0; from < size; from += PAGE) {
    const until = Math.min(from + PAGE, size);
    const { events, checkpoints } = await store.read("audit.page", async (tx) => ({
      events: await readSealed(tx, from, until - from),
      checkpoints: await tx.find(tables.checkpoint, {
        where: { size: { gt: from } },
        order_by: [["size", "asc"]],
        limit: PAGE,
      }),
    }));
    const notes = new Map(checkpoints.map((row) => [row.size, row.note]));
    for (const event of events) {
      yield { record: "event", event };
      const note = event.seq === null ? undefined : notes.get(event.seq + 1);
      if (note !== undefined) yield { record: "checkpoint", note };
    }
  }
}

/** The log as JSON lines; `verifier_key` is of the form `verifierKey(origin, public_key)`. */
export async function* exportJsonl(store: Store, verifier_key: string): AsyncGenerator<string> {
  yield `${canonicalJson({ format: EXPORT_FORMAT, verifier_key })}\n`;
  for await (const record of readLog(store)) yield `${canonicalJson(record)}\n`;
}

/**
 * Reads lines of an export. The header's key says who claims to have signed; verify against a key you already know.
 * @throws AuditError audit_export_malformed, naming the line
 */
export async function* parseJsonl(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<LogRecord> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    const value = parseLine(line, number);
    if (number === 1) {
      if (value.format !== EXPORT_FORMAT)
        throw malformed(`It does not start with the header of ${EXPORT_FORMAT}`, number);
    } else if (value.record === "event" && isEvent(value.event)) yield { record: "event", event: value.event };
    else if (value.record === "checkpoint" && typeof value.note === "string")
      yield { record: "checkpoint", note: value.note };
    else throw malformed("It is neither an event nor a checkpoint", number);
  }
  if (number === 0) throw malformed("It is empty", number);
}

interface Line {
  readonly format?: unknown;
  readonly record?: unknown;
  readonly event?: unknown;
  readonly note?: unknown;
}

function parseLine(line: string, number: number): Line {
  if (line.length > LINE_LENGTH_MAX) throw malformed("It is too long", number);
  try {
    const value: unknown = JSON.parse(line);
    if (value !== null && typeof value === "object") return value;
  } catch {
    throw malformed("It is not JSON", number);
  }
  throw malformed("It is not an object", number);
}

const EVENT_FIELDS = ["actor", "at", "id", "kind", "payload", "ref", "seq", "type"];

/** Exactly the fields of an event: one more would be shown to people and not be covered by the tree. */
function isEvent(value: unknown): value is EventRow {
  if (value === null || typeof value !== "object") return false;
  const event = value as Record<string, unknown>;
  if (Object.keys(event).sort().join() !== EVENT_FIELDS.join()) return false;
  const texts = [event.id, event.kind, event.ref, event.actor].every((text) => typeof text === "string");
  const typed = event.type === null || typeof event.type === "string";
  return texts && typed && Number.isSafeInteger(event.at) && Number.isSafeInteger(event.seq);
}

function malformed(what: string, line: number): AuditError {
  return new AuditError("audit_export_malformed", `The export cannot be read at line ${line}: ${what}.`, { line });
}
