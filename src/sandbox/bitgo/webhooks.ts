/**
 * What BitGo sends by itself. Notifications: signed over the raw body, told at least once, in no particular order. The question
 * of a webhook policy rule: answered with 200, or the transaction is denied.
 */
import { createHmac } from "node:crypto";
import { hexOf } from "./ids.ts";
import type { BitgoWebhook, SendRequest } from "./types.ts";
import type { BitgoChange, BitgoWorld } from "./world.ts";

const TIMEOUT_MS = 5_000;

export interface Delivery {
  readonly url: string;
  readonly body: string;
  readonly signature: string;
}

export class WebhookSender {
  readonly #secret: string;
  readonly #sending = new Set<Promise<unknown>>();
  /** Everything that was told, for the tests. */
  readonly deliveries: Delivery[] = [];

  constructor(secret: string) {
    this.#secret = secret;
  }

  tell(world: BitgoWorld, { kind, transfer }: BitgoChange): void {
    const wanted = (hook: BitgoWebhook): boolean => hook.wallet === transfer.wallet && hook.type === kind;
    for (const hook of [...world.webhooks.values()].filter(wanted)) {
      this.send(hook.url, this.bodyOf(world, { kind, transfer }));
    }
  }

  /** No amounts: whoever hears of it has to look. */
  bodyOf(world: BitgoWorld, { kind, transfer }: BitgoChange): string {
    const { txid, id, wallet, coin, state, type: transferType } = transfer;
    const about = kind === "transfer" ? { transfer: id } : { pendingApprovalId: world.approvalOf(id)?.id };
    return JSON.stringify({ type: kind, hash: txid, ...about, wallet, coin, state, transferType, simulation: false });
  }

  /** `body` may be anything: tests repeat, reorder and forge. */
  send(url: string, body: string, signature: string = this.sign(body)): void {
    this.deliveries.push({ url, body, signature });
    const sending = post(url, body, { "x-signature-sha256": signature }).finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  sign(body: string): string {
    return createHmac("sha256", this.#secret).update(body).digest("hex");
  }

  async stop(): Promise<void> {
    await Promise.all(this.#sending);
  }
}

/** A webhook policy rule: the URL it asks carries the secret that makes the question BitGo's. */
export class PolicyAsker {
  readonly url: string;
  /** What was asked, for the tests: they ask again with it. */
  readonly questions: string[] = [];

  constructor(url: string) {
    this.url = url;
  }

  async ask(world: BitgoWorld, { wallet, coin, address, amount }: SendRequest): Promise<boolean> {
    const question = JSON.stringify({
      walletId: wallet.id,
      coin: coin.coin,
      ruleId: "webhook",
      spendAmount: String(amount),
      approvalCount: 0,
      halfSignedTx: hexOf("half-signed", world.nextId("half")),
      outputs: [{ outputAddress: address, outputWallet: null, value: String(amount) }],
    });
    this.questions.push(question);
    return (await post(this.url, question, {})) === 200;
  }
}

/** The status of the answer; null: there was none. */
async function post(url: string, body: string, headers: Record<string, string>): Promise<number | null> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
      signal,
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return null;
  }
}
