/** What venues send us, and are answered. Their bodies are their own: nothing of ours describes them. */
import { z } from "zod";

export const WebhookAnswerSchema = z
  .strictObject({
    accepted: z.literal(true),
    duplicate: z.boolean().describe("The delivery was here before, and did nothing now"),
  })
  .meta({ id: "WebhookAnswer" });
export type WebhookAnswer = z.infer<typeof WebhookAnswerSchema>;

export const SigningAnswerSchema = z
  .strictObject({
    allowed: z.boolean(),
    code: z.string(),
    reason: z.string(),
    transfer_id: z.string().nullable().describe("The transfer that is being sent; null: none of ours"),
  })
  .meta({ id: "SigningAnswer" });
export type SigningAnswer = z.infer<typeof SigningAnswerSchema>;
