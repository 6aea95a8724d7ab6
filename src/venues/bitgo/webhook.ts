/** BitGo's notifications: verified over the raw bytes, and never more than a hint to read again. Pure. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { WebhookHint } from "../port.ts";

const bodyShape = z.object({
  wallet: z.string().optional(),
  coin: z.string().optional(),
  simulation: z.boolean().optional(),
});
const NOTHING: WebhookHint = { accepted: false, delivery_id: "", account: null };

/**
 * Forged and simulated ones are not accepted. The same body twice has the same delivery id.
 * @example readWebhook(raw, { "x-signature-sha256": "757107ea..." }, secret)
 */
export function readWebhook(
  raw: Uint8Array,
  headers: Readonly<Record<string, string>>,
  secret: string | undefined,
): WebhookHint {
  if (secret === undefined) return NOTHING;
  const expected = createHmac("sha256", secret).update(raw).digest();
  const given = Buffer.from(headers["x-signature-sha256"] ?? "", "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return NOTHING;
  const body = parse(raw);
  if (body === null || body.simulation === true) return NOTHING;
  const { coin, wallet } = body;
  return {
    accepted: true,
    delivery_id: createHash("sha256").update(raw).digest("hex"),
    account: coin !== undefined && wallet !== undefined ? `${coin}/${wallet}` : null,
  };
}

function parse(raw: Uint8Array): z.output<typeof bodyShape> | null {
  try {
    return bodyShape.safeParse(JSON.parse(Buffer.from(raw).toString("utf8"))).data ?? null;
  } catch {
    return null;
  }
}
