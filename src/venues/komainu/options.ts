/** The keys of a venue of type `komainu`. What differs between the known descriptions of its interface can be set. */
import { z } from "zod";

const ASSETS_MAX = 200;
const LEAD_MINUTES_DEFAULT = 480;

export const KomainuOptions = z.strictObject({
  base_url: z
    .url({ protocol: /^https?$/ })
    .default("https://api.komainu.io")
    .describe("https://api-demo.komainu.io for its demonstration environment"),
  api_user: z.string().min(1).describe("API user: env:NAME or file:path"),
  api_secret: z.string().min(8).describe("Its secret: env:NAME or file:path"),
  private_key: z.string().min(40).describe("P-256 key that signs requests and challenges, PEM (PKCS 8): file:path"),
  webhook_secret: z.string().min(8).optional().describe("Verifies webhooks: env:NAME or file:path"),
  requests_path: z
    .enum(["/v1/requests", "/v1/custody/requests"])
    .default("/v1/requests")
    .describe("Descriptions of the interface differ; ask Komainu which one is yours"),
  paging: z
    .enum(["page", "offset"])
    .default("page")
    .describe("page: page and page_size; offset: limit and a page index called offset"),
  max_balance_age: z
    .number()
    .int()
    .min(1)
    .max(60 * 24 * 7)
    .default(240)
    .describe("Minutes: an older `balance_updated_at` is as old as it says, and what is pending counts as unreadable"),
  lead_minutes: z
    .number()
    .int()
    .min(1)
    .max(60 * 24 * 30)
    .default(LEAD_MINUTES_DEFAULT)
    .describe("How long a payment takes from the request to its confirmation, Komainu's people included"),
  request_timeout_ms: z
    .number()
    .int()
    .min(100)
    .max(60_000)
    .default(10_000)
    .describe("A request without an answer is given up after this; what became of it is then looked up"),
  assets: z
    .array(
      z.strictObject({
        asset: z.string().min(1).describe("Komainu's name: BTC"),
        instrument: z.string().min(1).describe("The instrument of this file that it is"),
        memo: z.enum(["none", "required"]).default("none").describe("required: a destination without a tag is refused"),
      }),
    )
    .max(ASSETS_MAX)
    .describe("Which of Komainu's assets are which instruments"),
});

export type KomainuSettings = z.output<typeof KomainuOptions>;
