/** The fake of `example`: it checks the token, keeps balances and pays once for each reference. */
import { parseDecimal, printDecimal } from "../../src/money/index.ts";
import type { Clock } from "../../src/ports/index.ts";
import { type Route, SandboxServer, textField } from "../../src/sandbox/http/index.ts";

const DECIMALS = 6;
const FEE = 1_000_000n;
const SENDING_MS = 3_600_000;

export interface ExampleTransfer {
  readonly id: string;
  readonly reference: string;
  readonly to: string;
  readonly amount: bigint;
  readonly done_at: number;
  /** The bytes it was asked with. */
  readonly raw: string;
}

export class ExampleFake {
  readonly server: SandboxServer;
  readonly transfers: ExampleTransfer[] = [];
  readonly #clock: Clock;
  readonly #opening: bigint;
  readonly #token: string;

  constructor(options: { readonly clock: Clock; readonly opening: bigint; readonly token: string }) {
    this.#clock = options.clock;
    this.#opening = options.opening;
    this.#token = options.token;
    this.server = new SandboxServer({
      ...{ name: "example", clock: options.clock, before: () => undefined, routes: this.#routes() },
      guard: ({ headers }) =>
        headers.authorization === `Bearer ${this.#token}` ? null : failed(401, "unauthorized", "The token is wrong."),
      notFound: failed(404, "not_found", "There is nothing here."),
    });
  }

  #routes(): Route[] {
    return [
      { method: "GET", pattern: /^\/wallets$/, run: () => ok([this.#wallet()]) },
      { method: "GET", pattern: /^\/wallets\/main$/, run: () => ok(this.#wallet()) },
      {
        method: "GET",
        pattern: /^\/wallets\/main\/address$/,
        run: () => ok({ address: "example:tron:main", memo: null }),
      },
      {
        method: "GET",
        pattern: /^\/networks$/,
        run: () => ok([{ network: "tron", fee_fixed: text(FEE), minimum: text(1n) }]),
      },
      {
        method: "GET",
        pattern: /^\/wallets\/main\/movements$/,
        run: ({ query }) => ok(this.#movements().filter(({ height }) => Number(height) > Number(query.get("after")))),
      },
      {
        method: "GET",
        pattern: /^\/transfers$/,
        run: ({ query }) => {
          const row = this.transfers.find(({ reference }) => reference === query.get("reference"));
          return ok({ as_of: this.#time(), row: row === undefined ? null : this.#show(row) });
        },
      },
      { method: "POST", pattern: /^\/transfers$/, run: (request) => this.#pay(request.raw, request.json) },
    ];
  }

  #pay(raw: string, json: Readonly<Record<string, unknown>>) {
    const reference = textField(json, "reference");
    const known = this.transfers.find((row) => row.reference === reference);
    if (known)
      return known.raw === raw ? ok(this.#show(known)) : failed(409, "reference_used", "It was another transfer.");
    const amount = parseDecimal(textField(json, "amount"), DECIMALS);
    if (parseDecimal(textField(json, "fee_max"), DECIMALS) < FEE) return failed(422, "fee_too_low", "The fee is more.");
    if (amount + FEE > this.#total() - this.#leaving()) return failed(422, "insufficient", "There is not so much.");
    const id = `t${this.transfers.length + 1}`;
    const row = {
      id,
      reference,
      to: textField(json, "to_address"),
      amount,
      done_at: this.#clock.now() + SENDING_MS,
      raw,
    };
    this.transfers.push(row);
    return ok(this.#show(row));
  }

  #show(row: ExampleTransfer) {
    const done = this.#isDone(row);
    const { id: venue_ref, reference, to: to_address } = row;
    const rest = { status: done ? "done" : "sending", tx_hash: done ? `hash-${venue_ref}` : null };
    return { venue_ref, reference, asset: "USDT", to_address, amount: text(row.amount), fee: text(FEE), ...rest };
  }

  #movements() {
    const opening = { id: "m0", height: "1", direction: "in", amount: text(this.#opening), fee: text(0n) };
    const empty = { reference: null, tx_hash: null, at: new Date(0).toISOString() };
    const out = this.transfers
      .filter((row) => this.#isDone(row))
      .map((row, at) => ({
        ...{ id: `m-${row.id}`, height: String(at + 2), direction: "out", amount: text(row.amount), fee: text(FEE) },
        ...{ reference: row.reference, tx_hash: `hash-${row.id}`, at: new Date(row.done_at).toISOString() },
      }));
    return [{ ...opening, ...empty }, ...out];
  }

  #wallet() {
    return {
      account: "main",
      asset: "USDT",
      label: "Main",
      total: text(this.#total()),
      pending_out: text(this.#leaving()),
      as_of: this.#time(),
    };
  }

  #total(): bigint {
    const done = this.transfers.filter((row) => this.#isDone(row));
    return done.reduce((total, { amount }) => total - amount - FEE, this.#opening);
  }

  #leaving(): bigint {
    const open = this.transfers.filter((row) => !this.#isDone(row));
    return open.reduce((total, { amount }) => total + amount + FEE, 0n);
  }

  #isDone({ done_at }: ExampleTransfer): boolean {
    return done_at <= this.#clock.now();
  }

  #time(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

const ok = (body: unknown) => ({ status: 200, body });
const failed = (status: number, code: string, message: string) => ({ status, body: { code, message } });
const text = (units: bigint): string => printDecimal(units, DECIMALS);
