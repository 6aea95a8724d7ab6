/**
 * Several statements as one message of the extended protocol, with one answer at its end. Where one fails, the server leaves out
 * all that follow it, the commit included. Each text is prepared once on a connection, under a name, so that its plan is kept.
 */
import type { Connection, PoolClient } from "pg";
import { assert } from "../../errors/index.ts";
import type { Statement } from "../sql/sql.ts";
import type { SqlRow } from "../sql/sql_rows.ts";

/** Texts that are prepared under a name; what comes later is read anew each time. Each name takes memory of the server. */
export const NAMED_MAX = 400;

export interface Answer {
  /** `COMMIT`, `ROLLBACK`, `SELECT 3`. */
  readonly command: string;
  readonly rows: readonly SqlRow[];
  readonly affected: number;
}

interface Text {
  /** Empty: it has none. */
  readonly name: string;
  /** Names of what it answers, in order; null until the server has said so. */
  columns: readonly string[] | null;
}

/** What is known of one connection. */
interface Standing {
  /** Names; `unsure` after a message that failed. */
  readonly prepared: Map<string, "ready" | "unsure">;
  /** A transaction failed there and is still open: the next message begins with its end. */
  failed: boolean;
  /** Messages that wait for the one under way. */
  readonly waiting: (() => void)[];
  busy: boolean;
}

/** The texts of one database: the same name on each of its connections. */
export class Texts {
  readonly #texts = new Map<string, Text>();
  readonly #standing = new WeakMap<object, Standing>();
  #named = true;

  of(text: string): Text {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const [verb] = text.split(" ", 1);
    const name = this.#named && this.#texts.size < NAMED_MAX ? `${verb}_${this.#texts.size + 1}` : "";
    const made = { name, columns: null };
    if (name !== "") this.#texts.set(text, made);
    return made;
  }

  standingOf(client: object): Standing {
    const known = this.#standing.get(client);
    if (known !== undefined) return known;
    const made: Standing = { prepared: new Map(), failed: false, waiting: [], busy: false };
    this.#standing.set(client, made);
    return made;
  }

  /** Something between us and the server gives each transaction another connection: names are of no use there. */
  forgetNames(): void {
    this.#named = false;
    this.#texts.clear();
  }
}

/** One message at a time; who comes while one is under way goes next. @throws what the server answers, or what became of the connection */
export function send(client: PoolClient, texts: Texts, statements: readonly Statement[]): Promise<Answer[]> {
  const standing = texts.standingOf(client);
  return new Promise((resolve, reject) => {
    const start = (): void => {
      standing.busy = true;
      const message = new Message(client, texts, statements, (error, answers) => {
        standing.busy = false;
        if (error === null) resolve(answers);
        else reject(error);
        standing.waiting.shift()?.();
      });
      client.query(message);
    };
    if (standing.busy || standing.waiting.length > 0) standing.waiting.push(start);
    else start();
  });
}

/** Ends the transaction that is open there, whatever became of it; whether the connection can be used again. */
export async function rollBack(client: PoolClient, texts: Texts): Promise<boolean> {
  texts.standingOf(client).failed = true;
  try {
    await send(client, texts, []);
    return true;
  } catch {
    return false;
  }
}

/** Whether a failed transaction is still open there. */
export function hasFailed(client: PoolClient, texts: Texts): boolean {
  return texts.standingOf(client).failed;
}

type Done = (error: Error | null, answers: Answer[]) => void;

/** What `pg` wants to be handed and to tell: its protocol for queries of other makers. */
class Message {
  readonly #client: object;
  readonly #texts: Texts;
  readonly #statements: readonly Statement[];
  readonly #of: readonly Text[];
  readonly #answers: Answer[] = [];
  #columns: readonly string[] | null = null;
  #rows: SqlRow[] = [];
  #failed = false;
  /** The first answer is that of a rollback, and nobody's. */
  #after_rollback = false;
  /** Called once; `pg` wraps it to keep its own time limit. */
  callback: Done;

  constructor(client: object, texts: Texts, statements: readonly Statement[], done: Done) {
    this.#client = client;
    this.#texts = texts;
    this.#statements = statements;
    this.#of = statements.map(({ text }) => texts.of(text));
    this.callback = done;
  }

  submit(connection: Connection): void {
    const { stream } = connection;
    stream.cork();
    try {
      this.#write(connection as unknown as Wire);
    } finally {
      stream.uncork();
    }
  }

  #write(wire: Wire): void {
    const standing = this.#texts.standingOf(this.#client);
    const { prepared } = standing;
    if (standing.failed) {
      wire.parse({ name: "", text: "rollback", types: [] });
      wire.bind({ portal: "", statement: "", values: [], binary: false, valueMapper: asItIs });
      wire.execute({ portal: "", rows: 0 });
      this.#after_rollback = true;
    }
    const parsed = new Set<string>();
    for (const [at, { text, params }] of this.#statements.entries()) {
      const { name, columns } = this.#of[at] as Text;
      const state = name === "" ? undefined : parsed.has(name) ? "ready" : prepared.get(name);
      if (state === "unsure") wire.close({ type: "S", name });
      if (state !== "ready") wire.parse({ name, text, types: [] });
      // Until the answer is there nobody knows how far the server came.
      if (name !== "" && state !== "ready") prepared.set(name, "unsure");
      parsed.add(name);
      wire.bind({ portal: "", statement: name, values: params, binary: false, valueMapper: asItIs });
      if (columns === null) wire.describe({ type: "P", name: "" });
      wire.execute({ portal: "", rows: 0 });
    }
    wire.sync();
  }

  handleRowDescription({ fields }: { fields: readonly { name: string }[] }): void {
    this.#columns = fields.map(({ name }) => name);
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const columns = this.#columns ?? this.#of[this.#answers.length]?.columns;
    assert(columns !== undefined && columns !== null, "a row comes after its description");
    const row: Record<string, string | null> = {};
    for (const [at, name] of columns.entries()) row[name] = fields[at] ?? null;
    this.#rows.push(row);
  }

  handleCommandComplete({ text }: { text: string }): void {
    if (this.#after_rollback) {
      this.#after_rollback = false;
      this.#texts.standingOf(this.#client).failed = false;
      return;
    }
    const of = this.#of[this.#answers.length];
    if (of !== undefined) of.columns ??= this.#columns ?? [];
    const affected = Number(/(\d+)$/.exec(text)?.[1] ?? 0);
    this.#answers.push({ command: text, rows: this.#rows, affected });
    this.#rows = [];
    this.#columns = null;
  }

  handleReadyForQuery(): void {
    if (this.#failed) return;
    const { prepared } = this.#texts.standingOf(this.#client);
    for (const { name } of this.#of) if (name !== "") prepared.set(name, "ready");
    this.#end(null);
  }

  handleError(error: Error & { code?: string }): void {
    // No such name, or one that is there already: this is not the connection it was.
    if (error.code === "26000" || error.code === "42P05") this.#texts.forgetNames();
    this.#texts.standingOf(this.#client).failed = true;
    this.#end(error);
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: "" });
  }

  handlePortalSuspended(): void {}
  handleCopyInResponse(): void {}
  handleCopyData(): void {}

  #end(error: Error | null): void {
    if (this.#failed) return;
    this.#failed = error !== null;
    this.callback(error, this.#answers);
  }
}

/** The part of the connection of `pg` that writes; its types are those of an older version. */
interface Wire {
  parse(query: { name: string; text: string; types: readonly number[] }): void;
  bind(config: {
    portal: string;
    statement: string;
    values: readonly (string | null)[];
    binary: boolean;
    valueMapper: (value: unknown) => unknown;
  }): void;
  describe(what: { type: "P" | "S"; name: string }): void;
  close(what: { type: "P" | "S"; name: string }): void;
  execute(config: { portal: string; rows: number }): void;
  sync(): void;
}

const asItIs = (value: unknown): unknown => value;
