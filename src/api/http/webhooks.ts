/**
 * Where venues call us. The signature over the raw bytes is checked before anything is kept or looked at; a delivery that was seen
 * is answered as before and does nothing; and a new one is only a hint: its wallet is read again, and what it says is not believed.
 */
import type { Treasury } from "../../daemon/types.ts";
import { ApiError } from "../errors.ts";
import type { WebhookAnswer } from "../schemas/index.ts";
import { readBytes } from "./body.ts";

/** Deliveries of one venue that are remembered; a venue tries again within hours, and a hint given twice does no harm. */
export const DELIVERIES_MAX = 200_000;

export class WebhookDoor {
  readonly #treasury: Treasury;
  /** Ids of deliveries by venue, oldest first. */
  readonly #seen = new Map<string, Set<string>>();

  constructor(treasury: Treasury) {
    this.#treasury = treasury;
  }

  /** @throws ApiError api_not_found, api_body_too_large, api_webhook_refused */
  async receive(request: Request, venue_id: string): Promise<WebhookAnswer> {
    const { venues, clock } = this.#treasury.deps;
    const venue = venues.get(venue_id);
    if (venue?.verifyWebhook === undefined)
      throw new ApiError("api_not_found", "No venue of that name sends webhooks.");
    const raw = await readBytes(request);
    const hint = venue.verifyWebhook(raw, Object.fromEntries(request.headers), clock.now());
    if (!hint.accepted)
      throw new ApiError("api_webhook_refused", "This delivery is not signed by the venue, or it is too old.");
    if (!this.#isNew(venue_id, hint.delivery_id)) return { accepted: true, duplicate: true };
    this.#treasury.hint(venue_id, hint.account);
    return { accepted: true, duplicate: false };
  }

  #isNew(venue_id: string, delivery_id: string): boolean {
    const seen = this.#seen.get(venue_id) ?? new Set();
    this.#seen.set(venue_id, seen);
    if (seen.has(delivery_id)) return false;
    seen.add(delivery_id);
    const [oldest] = seen.size > DELIVERIES_MAX ? seen : [];
    if (oldest !== undefined) seen.delete(oldest);
    return true;
  }
}
