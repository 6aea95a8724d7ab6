/** Where venues call us, as data: beside the table of routes, because they answer to no token. */
import { z } from "zod";
import { IdSchema, ProblemSchema, SigningAnswerSchema, WebhookAnswerSchema } from "./schemas/index.ts";

/**
 * Doors for venues. They bring no token of ours and no body that we describe: the delivery proves itself by the venue's signature
 * over its raw bytes, the question by the secret in its path.
 */
export const VENUE_DOORS = [
  {
    path: "/v1/webhooks/{venue}",
    summary:
      "Where a venue delivers its webhooks: a true one makes its wallet be read again, and is believed in nothing",
    params: z.strictObject({ venue: IdSchema }),
    answers: {
      200: { description: "Signed by the venue, and taken", schema: WebhookAnswerSchema },
      401: { description: "Not signed by the venue, or too old; nothing of it is kept", schema: ProblemSchema },
      404: { description: "No venue of that name sends webhooks", schema: ProblemSchema },
      413: { description: "Larger than any honest delivery", schema: ProblemSchema },
    },
  },
  {
    path: "/v1/venues/{venue}/policy/{secret}",
    summary:
      "Where a venue asks before it signs: yes only for a transfer of ours that is being sent, as approved, once",
    params: z.strictObject({ venue: IdSchema, secret: z.string() }),
    answers: {
      200: { description: "It may sign", schema: SigningAnswerSchema },
      401: { description: "The secret is wrong", schema: ProblemSchema },
      403: { description: "It may not sign", schema: SigningAnswerSchema },
      404: { description: "This venue asks nothing", schema: ProblemSchema },
    },
  },
] as const;
