/**
 * Notices go out beside the turns, so that a receiver who is slow delays no look at anybody. One round at a time: what comes in the
 * meantime goes with the next.
 */
import { AssertionError } from "../errors/index.ts";
import { messageOf } from "../transfers/index.ts";
import { deliverDue, type NoticeChannel, TURN_MAX } from "./deliver.ts";
import type { LendingDeps } from "./deps.ts";

/** Pages of one round; a receiver that never has enough lets the next turn look at its own. */
const PAGES_MAX = 100;

export class Outbox {
  readonly #deps: LendingDeps;
  readonly #channels: readonly NoticeChannel[];
  #round: Promise<void> | null = null;
  #broken: AssertionError | null = null;

  constructor(deps: LendingDeps, channels: readonly NoticeChannel[]) {
    this.#deps = deps;
    this.#channels = channels;
  }

  /** @throws AssertionError of an earlier round: the daemon stops at it as at every other */
  check(): void {
    if (this.#broken !== null) throw this.#broken;
  }

  /** Begins a round unless one is under way. */
  send(signal: AbortSignal): void {
    if (this.#round !== null || signal.aborted) return;
    this.#round = this.#deliver(signal).finally(() => {
      this.#round = null;
    });
  }

  async idle(): Promise<void> {
    await this.#round;
  }

  async #deliver(signal: AbortSignal): Promise<void> {
    try {
      for (let pages = 0; pages < PAGES_MAX && !signal.aborted; pages += 1) {
        if ((await deliverDue(this.#deps, this.#channels, signal)) < TURN_MAX) return;
      }
    } catch (error) {
      if (error instanceof AssertionError) this.#broken = error;
      else this.#deps.log.error({ cause: messageOf(error) }, "Notices could not be sent; they are tried again.");
    }
  }
}
