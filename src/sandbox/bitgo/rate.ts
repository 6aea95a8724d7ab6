/** BitGo's limit per user: so many requests in any minute, then 429 until the oldest of them is a minute old. */
import type { Instant } from "../../ports/index.ts";

export const REQUESTS_MAX = 360;
export const WINDOW_MS = 60_000;

export class RateWindow {
  readonly #seen = new Map<string, Instant[]>();

  /** Seconds to wait; null: go on. */
  take(user: string, now: Instant): number | null {
    const recent = (this.#seen.get(user) ?? []).filter((at) => at > now - WINDOW_MS);
    const oldest = recent[0];
    if (recent.length >= REQUESTS_MAX && oldest !== undefined) {
      this.#seen.set(user, recent);
      return Math.ceil((oldest + WINDOW_MS - now) / 1_000);
    }
    this.#seen.set(user, [...recent, now]);
    return null;
  }
}
