/** Komainu's webhooks: verified over time and raw bytes, refused outside a window around now (a replay), and only a hint. Pure. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Instant } from "../../ports/index.ts";
import type { WebhookHint } from "../port.ts";

/** Older or newer deliveries are refused. Ours: Komainu names no figure. */
export const WINDOW_MS: number = 5 * 60_000;
const NOTHING: WebhookHint = { accepted: false, delivery_id: "", account: null };
const bodyShape = z.object({ event_type: z.string(), entity: z.string(), entity_id: z.string() });

export function readWebhook(
  raw: Uint8Array,
  headers: Readonly<Record<string, string>>,
  secret: string | undefined,
  now: Instant,
): WebhookHint {
  const stamp = headers["x-komainu-timestamp"] ?? "";
  if (secret === undefined || !/^\d{1,15}$/.test(stamp) || Math.abs(Number(stamp) - now) > WINDOW_MS) return NOTHING;
  const expected = createHmac("sha256", secret).update(`${stamp}.`).update(raw).digest();
  const given = Buffer.from(headers["x-komainu-signature"] ?? "", "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return NOTHING;
  const body = parse(raw);
  if (body === null) return NOTHING;
  const delivery_id = createHash("sha256").update(`${stamp}.`).update(raw).digest("hex");
  return { accepted: true, delivery_id, account: body.entity === "WALLET" ? body.entity_id : null };
}

function parse(raw: Uint8Array): z.output<typeof bodyShape> | null {
  try {
    return bodyShape.safeParse(JSON.parse(Buffer.from(raw).toString("utf8"))).data ?? null;
  } catch {
    return null;
  }
}
