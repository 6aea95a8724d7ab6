/** The part of the configuration file that lends against collateral; absent: there are no facilities. */
import { z } from "zod";
import { AMOUNT_PATTERN, DURATION_PATTERN, SHARE_PATTERN } from "./values.ts";

const Name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "must be 1 to 64 letters, digits, '.', '_' or '-'");
const Duration = z.string().meta({ description: "A duration: 30m, 24h, 1h30m", pattern: DURATION_PATTERN });
const Share = z.string().meta({ description: "A share: 0.5%", pattern: SHARE_PATTERN });
const AmountText = z.string().meta({ description: "An amount with its asset: 0.1 BTC", pattern: AMOUNT_PATTERN });
const Secret = z.string().min(1).max(500).describe("env:NAME or file:path; a secret is never written here");

const CollateralFile = z.strictObject({
  asset: Name.describe("What is pledged: an asset of this file"),
  venue: Name.describe("Custodian that opens a wallet for each facility"),
  network: Name.describe("Where the borrower deposits"),
  haircut: Share.describe("The part of its market value that does not count"),
  minimum: AmountText.describe("The least that is taken at once"),
  fee_max: AmountText.describe("Highest network fee of one move of collateral; the borrower bears it"),
  poll_interval: Duration.default("5m").describe("How often each collateral wallet is read"),
});

const MarketFile = z.strictObject({
  asset: Name.describe("What is sold"),
  quote: Name.describe("What it is sold for"),
  venue: Name.describe("An exchange whose connector takes orders"),
  wallet: Name.describe("Wallet of this file at that exchange for the asset; kind warm, in no pool, for nothing else"),
  quote_wallet: Name.describe("The same for the proceeds"),
  tranche_max: AmountText.describe("Most that one order sells"),
});

const ChannelFile = z.strictObject({
  id: Name.describe("How the records call it"),
  kind: z
    .enum(["webhook", "slack", "email"])
    .describe("webhook: signed as Standard Webhooks; slack: an incoming hook; email: SMTP"),
  url: Secret.describe("env: or file: of the hook's address, or of smtp://user:password@host:port"),
  secret: Secret.optional().describe("webhook only: the signing secret, whsec_ and base64"),
  to: z.string().min(3).max(320).optional().describe("email only: the recipient"),
  from: z.string().min(3).max(320).optional().describe("email only: the sender"),
});

export const CreditFile = z.strictObject({
  profile: z
    .enum(["ltv-60-70-80-90", "cvl-140-125-105"])
    .default("ltv-60-70-80-90")
    .describe(
      "Loan to value of the initial requirement, warning, margin call and liquidation; a facility may have its own",
    ),
  cure: Duration.default("24h").describe("How long a borrower has to answer a margin call"),
  grace: Duration.default("7d").describe("After maturity, before what is still owed is a default"),
  collateral: z.array(CollateralFile).min(1).max(100).describe("Assets that are taken as collateral"),
  liquidation: z
    .strictObject({
      approval: z
        .enum(["each", "in_advance"])
        .default("each")
        .describe(
          "each: people approve every sale; in_advance: an envelope that people approved covers it, where one does",
        ),
      discount: Share.default("2%").describe("The most that a sale may lose against the price; its price limit"),
      markets: z.array(MarketFile).max(100).default([]).describe("Where collateral is sold; none: people do it"),
    })
    .prefault({})
    .describe("How collateral is sold when a margin call is not met"),
  prices: z
    .strictObject({
      frozen_after: Duration.default("30m").describe(
        "A source that repeats itself this long while others move is left out",
      ),
      jump: Share.default("20%").describe(
        "A larger move between two polls must be seen twice before it sets anything off",
      ),
    })
    .prefault({})
    .describe("When a price of collateral is doubted"),
  rescan: Duration.default("1h").describe(
    "How often everybody is valued anew by the exact rule, as a check of the index",
  ),
  channels: z.array(ChannelFile).max(20).default([]).describe("Where notices go; none: they are only recorded"),
});
