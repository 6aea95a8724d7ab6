/** Balances that change, over ccxt's WebSocket client where the exchange has one: only ever a reason to read again. */
import type { Clock } from "../../ports/index.ts";
import { credentialsOf, pointAt } from "./api.ts";
import type { ExchangeFacts } from "./dialect.ts";
import { type CcxtExchange, loadExchange } from "./load.ts";
import type { CcxtOptions } from "./options.ts";

/** After a line that broke; polls go on meanwhile. */
const RECONNECT_MS = 15_000;
/** ccxt may never say that a line is closed: so long it is waited for. */
const CLOSE_MS = 2_000;

export interface PushInput {
  readonly options: CcxtOptions;
  readonly facts: ExchangeFacts;
  readonly clock: Clock;
}

export class BalancePush {
  readonly #input: PushInput;
  readonly #hints = new Set<(wallet_account: string | null) => void>();
  readonly #closed = new AbortController();
  #line: CcxtExchange | null = null;
  #running: Promise<void> | null = null;

  constructor(input: PushInput) {
    this.#input = input;
  }

  subscribe(hint: (wallet_account: string | null) => void): () => void {
    this.#hints.add(hint);
    if (this.#input.facts.push) this.#running ??= this.#run();
    return () => this.#hints.delete(hint);
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed;
    const ended = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    while (!signal.aborted) {
      try {
        const line = this.#line ?? (await this.#connect());
        this.#line = line;
        await Promise.race([line.watchBalance?.(), ended]);
        if (!signal.aborted) for (const hint of this.#hints) hint(this.#input.facts.account);
      } catch {
        // A push is a convenience: without it the next poll sees the same.
        await this.#release();
        await this.#input.clock.sleep(RECONNECT_MS, signal);
      }
    }
    await this.#release();
  }

  /** What was still waited for on the line ends with an error that nobody needs. */
  async #release(): Promise<void> {
    const line = this.#line;
    this.#line = null;
    const closing = line?.close?.().catch(() => undefined);
    await Promise.race([closing, this.#input.clock.sleep(CLOSE_MS)]);
  }

  async #connect(): Promise<CcxtExchange> {
    const { options, facts, clock } = this.#input;
    const line = await loadExchange(options.exchange, credentialsOf(options), "push");
    line.options = { ...line.options, defaultType: "spot", fetchMarkets: { types: ["spot"] }, fetchMargins: false };
    line.milliseconds = () => clock.now();
    line.nonce = () => clock.now();
    pointAt(line, options.base_url ?? facts.base_url);
    // ccxt opens plain ws:// only after this.
    await line.loadHttpProxyAgent?.();
    return line;
  }
}
