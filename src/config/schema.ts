/**
 * The configuration file as zod: its shape, defaults and descriptions. The editor's JSON Schema is generated from it; what
 * needs more than one value to judge (references, order, amounts of an asset) is checked in `resolve.ts`.
 */
import { z } from "zod";
import { HOURS_PATTERN } from "../routes/index.ts";
import { CreditFile } from "./schema_credit.ts";
import { AmountText, Duration, Id, ITEMS_MAX, LevelText, Secret, Share, Text } from "./schema_parts.ts";
import { DepositPoolFile, GasPoolFile } from "./schema_tasks.ts";
import { SPEED_PATTERN } from "./values.ts";

const StoreFile = z.strictObject({
  engine: z
    .enum(["memory", "pglite", "postgres"])
    .default("pglite")
    .describe("pglite: PostgreSQL inside this process; postgres: a server; memory forgets everything at exit"),
  data_dir: Text.default("data").describe("Relative to this file; TIDEGATE_DATA overrides it"),
  database_url: Secret.optional().describe("PostgreSQL only: env:NAME or file:path"),
  retention: z
    .strictObject({
      idempotency: Duration.default("30d").describe(
        "A repeated request gets its first answer for this long; at least 1d",
      ),
      decisions: Duration.default("400d").describe("Decisions to do nothing are kept for this long; at least 1d"),
    })
    .prefault({})
    .describe("What is forgotten, and when; events, transfers and everything booked stay for ever"),
});

const AuditFile = z.strictObject({
  witnesses: z
    .array(
      z.union([
        z.strictObject({
          id: Id.describe("How messages call it"),
          file: Text.describe(
            "On another disk or machine than the database; relative to this file; its directory must exist",
          ),
        }),
        z.strictObject({
          id: Id.describe("How messages call it"),
          url: z
            .url({ protocol: /^https?$/ })
            .describe("A witness that signs, run by somebody else: ./tidegate audit witness"),
          key: Text.regex(/^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/).describe(
            "Its key, which it prints when it starts",
          ),
        }),
      ]),
    )
    .max(20)
    .default([])
    .describe("Where each signed checkpoint of the audit log is kept besides the data directory"),
});

const ApiFile = z.strictObject({
  host: Text.default("127.0.0.1").describe(
    "Where the API and the terminal listen; anything but loopback demands tokens",
  ),
  port: z.number().int().min(0).max(65_535).default(8420).describe("TIDEGATE_PORT overrides it; 0 takes a free one"),
  tokens: z
    .array(
      z.strictObject({
        person: Id.describe("Who acts with this token"),
        roles: z
          .array(z.enum(["viewer", "operator", "approver", "admin", "auditor", "back_office"]))
          .min(1)
          .describe("What the token allows"),
        token: Secret.optional(),
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/, "must be the SHA-256 of the token in hex")
          .optional()
          .describe("SHA-256 of the token in hex, instead of `token`"),
      }),
    )
    .max(1_000)
    .default([])
    .describe("Bearer tokens; none: the API listens on loopback only"),
});

const SandboxFile = z.strictObject({
  seed: z.number().int().min(0).max(4_294_967_295).default(7).describe("The same seed is the same story"),
  speed: z.string().default("1h/s").meta({
    description: "Treasury time per second, as far as the daemon keeps up: on a busy machine time waits for it",
    pattern: SPEED_PATTERN,
  }),
  scenario: Id.default("calm").describe("calm, bank-run, deposit-surge, btc-crash or terra-anchor-2022-05"),
  manual: z.boolean().default(false).describe("True: no approver answers by itself"),
  borrowers: z.boolean().default(true).describe("Made-up borrowers take loans, where the treasury lends"),
});

const Decimals = z.number().int().min(0).max(30).describe("Digits after the point of one whole unit");

const WalletFile = z.strictObject({
  id: Id.describe("How the rest of the file and every screen calls it"),
  venue: Id.describe("Where it is: the id of a venue"),
  asset: Id.describe("What it holds: an asset of this file"),
  kind: z
    .enum(["hot", "warm", "custody", "collateral", "deposit", "gas"])
    .describe("custody is read every 30m by default, everything else every 1m"),
  status: z
    .enum(["requested", "creating", "created", "active", "suspended", "archiving", "archived"])
    .default("active")
    .describe(
      "active gives and takes; archiving only gives; suspended is counted and does not move; created is read, not counted, and waits until people activate it. What people change is kept in the store, and the stricter holds",
    ),
  account: Text.describe("The venue's own name of the holding; on a chain its address"),
  label: Text.optional().describe("What people read; default: the id"),
  poll_interval: Duration.optional().describe("Default: 1m, custody 30m"),
  stale_after: Duration.optional().describe("Default: three polls; at a manual venue 24h"),
  flows: z
    .enum(["customers", "expected", "none"])
    .optional()
    .describe(
      "Who moves money there besides transfers. `none`: nobody, so a movement that is not ours is a break, noticed within one poll. `expected`: customers, whose payments out were announced before (`expected-flows`); one that was not is a break, noticed within one poll. Default: `none` for custody and collateral, `customers` for the rest",
    ),
});

const PayeeFile = z.strictObject({
  id: Id.describe("How obligations and every screen call it; not the id of a wallet"),
  asset: Id.describe("What is paid to it: an asset of this file"),
  label: Text.optional().describe("What people read; default: the id"),
  addresses: z
    .array(
      z.strictObject({
        network: Id.describe("On which network"),
        address: Text.describe("On EVM networks with its checksum"),
        memo: Text.optional().describe("Where the payee's venue needs one beside the address"),
      }),
    )
    .min(1)
    .max(50)
    .describe("One for each network at most; attested like every address of this file"),
});

const LevelsFile = z.strictObject({
  profile: z
    .enum(["custody-10-90", "terminal-40"])
    .optional()
    .describe("Five levels and a trigger that ship with Tidegate; a level beside it replaces that one"),
  emergency_low: LevelText.optional().describe(
    "Below it is an emergency: no wait applies, every limit and quorum does",
  ),
  low: LevelText.optional().describe("At or below it (see trigger) the liquidity side is refilled"),
  target: LevelText.optional().describe("What the liquidity side should have"),
  high: LevelText.optional().describe("At or above it (see trigger) the surplus goes to the reserve side"),
  emergency_high: LevelText.optional().describe(
    "Above it is an emergency: no wait applies, every limit and quorum does",
  ),
});

const PoolFile = z.strictObject({
  id: Id.describe("Unique among the pools"),
  asset: Id.describe("The one asset this pool keeps in balance"),
  liquidity: z.array(Id).min(1).max(ITEMS_MAX).describe("Wallets that pay customers; levels are about their sum"),
  reserve: z.array(Id).min(1).max(ITEMS_MAX).describe("Wallets that keep the rest: custody"),
  networks: z.array(Id).min(1).max(50).describe("Networks this pool's moves may take"),
  levels: LevelsFile.describe("A profile, or all five levels, strictly rising"),
  model: z
    .strictObject({
      name: z.enum(["miller-orr", "quantile", "hybrid", "dual-lead"]).describe("How the levels follow what was seen"),
      mode: z
        .enum(["shadow", "live"])
        .default("shadow")
        .describe(
          "shadow: only said, beside what is done; live: sets low, target and high between the emergency levels",
        ),
      refill_cost: AmountText.describe(
        "What a refill costs beside the network's fee: people, the risk of opening custody",
      ),
      sweep_cost: AmountText.describe("The same of a move to custody"),
      exposure_per_year: Share.default("2%").describe("What holding hot costs in a year"),
      expedite_cost: AmountText.optional().describe(
        "What a refill through the lane approved in advance costs beside the network's fee. Default: refill_cost",
      ),
      delay_per_hour: Share.default("0.1%").describe("What an hour of unserved withdrawals costs"),
    })
    .optional()
    .describe("A model that sets the levels; start in shadow and compare"),
  floor: LevelText.optional().describe("Minimum safety threshold; health is 100 % at twice the floor"),
  trigger: z
    .enum(["at", "beyond"])
    .optional()
    .describe("at: a level that is reached triggers; beyond: it must be passed. Default: the profile's, else at"),
  return_to: z
    .enum(["target", "edge"])
    .default("target")
    .describe("How far a move goes: to the target, or just inside the band"),
  move: z
    .strictObject({
      min: AmountText.describe("Less is not worth a move"),
      max: AmountText.describe("Most that one decision moves"),
    })
    .describe("Bounds of one move"),
  cooldown: Duration.default("0s").describe("Wait after a move in the same direction; emergencies do not wait"),
  dwell: Duration.default("0s").describe("How long a level must be passed before a move; emergencies do not wait"),
  fee: z
    .strictObject({
      max: AmountText.describe("Highest fee of one move"),
      max_share: Share.describe("Highest fee as a share of the amount; both bounds hold"),
    })
    .describe("Bounds of its fee"),
  windows: z
    .array(
      z.strictObject({
        direction: z.enum(["to_reserve", "to_liquidity"]).describe("What is limited"),
        window: Duration.describe("Length of the rolling time"),
        amount_max: AmountText.describe("Most that may move within it, reserved and settled alike"),
        count_max: z.number().int().min(1).max(100_000).describe("Most moves within it"),
      }),
    )
    .max(50)
    .describe("Rolling limits; at least one for each direction"),
  wallet_floors: z.record(Id, AmountText).default({}).describe("A source is drained down to this and no further"),
  wallet_caps: z.record(Id, LevelText).default({}).describe("A destination is filled up to this and no further: 60%"),
  fee_patience: z
    .strictObject({
      times_usual: z
        .number()
        .int()
        .min(2)
        .max(1_000)
        .describe("Waits while a fee is more than so many times the usual"),
      wait: Duration.describe("At most this long; then the fee is paid as it is"),
    })
    .optional()
    .describe("A surplus waits for a cheaper hour; refills and emergencies never do"),
  priority: z.array(Id).max(ITEMS_MAX).default([]).describe("Order among equally cheap sources and destinations"),
  obligation_margin: Duration.optional().describe(
    "How much earlier than due time minus lead time a known payment is funded. Default: 1h",
  ),
  direct_from_custody: z
    .strictObject({
      above: AmountText.describe("A known payment above it with a payee is not funded through the hot wallets"),
      declared_time: Duration.describe("What is declared for such payments, from asking people to having paid"),
    })
    .optional()
    .describe(
      "Large known payments go straight from custody to their payee. Default: everything through the hot wallets",
    ),
  velocity_cap: z
    .strictObject({ window: Duration.describe("Length of the rolling time"), amount_max: AmountText })
    .optional()
    .describe("More than this leaving within the window is a finding of the gravest kind"),
  prestage: z
    .boolean()
    .default(false)
    .describe("Refill before the low level is reached when the forecast says that it would come too late"),
});

const RoleFile = z.enum(["viewer", "operator", "approver", "admin", "auditor", "back_office"]);

const PersonFile = z.strictObject({
  id: Id.describe("Unique among the people"),
  name: Text.optional().describe("What others read; default: the id"),
  roles: z.array(RoleFile).min(1).describe("approver and admin count in a quorum where a tier names them"),
  keys: z
    .array(
      z.strictObject({
        scheme: z
          .enum(["ed25519", "eip712_safe", "psbt"])
          .describe(
            "ed25519 signs Tidegate's digests; eip712_safe is the key of a Safe's owner; psbt that of a cosigner of a Bitcoin wallet",
          ),
        public_key: Text.describe(
          "ed25519: 32 bytes in hex or file:path; eip712_safe: the owner's address; psbt: the key with its origin, [d34db33f/48h/0h/0h/2h]xpub…",
        ),
        key_id: Text.optional().describe("Default: the scheme and the public key"),
      }),
    )
    .max(10)
    .default([])
    .describe("Public keys; a vote counts by its signature"),
});

const QuorumFile = z.strictObject({
  approval_lifetime: Duration.default("24h").describe("A transfer that is not approved and sent within it expires"),
  tiers: z
    .array(
      z.strictObject({
        direction: z
          .enum(["reserve_to_liquidity", "reserve_to_payee", "liquidity_to_reserve", "internal"])
          .describe(
            "Which moves need people; what asks for them for reserve_to_liquidity does so for reserve_to_payee",
          ),
        from: z.union([z.literal(0), AmountText]).describe("From this amount on; 0 for every asset"),
        approvals_needed: z.number().int().min(1).max(50).describe("Distinct people beside the initiator"),
        roles: z.array(RoleFile).min(1).describe("Whose votes count"),
      }),
    )
    .max(200)
    .describe("Every tier whose amount is reached must be met; reserve_to_liquidity must have one"),
});

const PricesFile = z.strictObject({
  poll_interval: Duration.default("1m").describe("How often each source is asked"),
  quorum: z.number().int().min(1).max(50).default(2).describe("Sources that must agree"),
  max_age: Duration.default("5m").describe("An older quote does not count"),
  outlier: Share.default("5%").describe("A quote further from the median does not count"),
  sources: z
    .array(z.looseObject({ id: Id, type: Id.describe("Kind of source; further keys are its options") }))
    .max(50)
    .default([])
    .describe("Needed only by levels in the reference currency"),
});

const ReconciliationFile = z.strictObject({
  tolerance: z
    .array(AmountText)
    .max(ITEMS_MAX)
    .default([])
    .describe(
      "At most one amount per asset: open breaks up to it do not stop the asset. Default: nothing is tolerated",
    ),
  full_interval: Duration.default("24h").describe("How often everything is compared anew, from the lists on"),
});

const ActionFile = z.enum(["note", "alert", "hold_sweeps", "freeze_outgoing"]);

const AnomaliesFile = z.strictObject({
  note: ActionFile.default("note").describe("First use of a destination, money that came unexplained"),
  alert: ActionFile.default("alert").describe("Bursts, fees several times the usual"),
  high: ActionFile.default("alert").describe("A drain; fees twenty times the usual"),
  critical: ActionFile.default("alert").describe("A velocity cap that is passed"),
});

/** The whole file. */
export const ConfigFileSchema = z
  .strictObject({
    name: Text.describe("Name of the treasury, on every screen"),
    mode: z
      .enum(["observe", "advise", "auto"])
      .default("observe")
      .describe("observe: watch; advise: propose; auto: move within the limits"),
    currency: z
      .union([Id, z.strictObject({ id: Id, decimals: Decimals })])
      .default("USD")
      .describe("Reference currency of levels like 10000 USD"),
    store: StoreFile.prefault({}).describe("Where everything is kept"),
    audit: AuditFile.prefault({}).describe("Places outside the database by which a restore to the past is noticed"),
    api: ApiFile.prefault({}).describe("The API and the terminal"),
    sandbox: SandboxFile.optional().describe("A local world instead of real venues"),
    assets: z.record(Id, z.strictObject({ decimals: Decimals })).describe("What is owed, by its name: USDT, BTC"),
    instruments: z
      .array(
        z.strictObject({
          id: Id.describe("Unique among the instruments"),
          asset: Id.describe("Which asset it is"),
          network: Id.describe("On which network"),
          contract: Text.optional().describe("Token contract; none for the coin of the chain"),
          decimals: Decimals.describe("The contract's own; never more than the asset has"),
        }),
      )
      .max(ITEMS_MAX)
      .describe("An asset on one network, known by chain and contract"),
    venues: z
      .array(
        z.looseObject({
          id: Id.describe("Unique among the venues"),
          type: Id.describe("Which connector: evm, safe or sandbox; further keys are its options"),
          hours: z
            .array(z.string().meta({ description: "Mon-Fri 09:00-17:00, in UTC", pattern: HOURS_PATTERN }))
            .max(21)
            .optional()
            .describe("When it works on requests; outside it a refill takes longer by the wait. Default: always"),
        }),
      )
      .min(1)
      .max(ITEMS_MAX)
      .describe("Counterparties that hold assets"),
    wallets: z.array(WalletFile).min(1).max(ITEMS_MAX).describe("Holdings at the venues"),
    address_book: z
      .array(
        z.strictObject({
          wallet: Id.describe("Whose address it is"),
          network: Id.describe("On which network"),
          address: Text.describe("On EVM networks with its checksum"),
          memo: Text.optional().describe("Where the venue needs one beside the address"),
        }),
      )
      .max(ITEMS_MAX)
      .describe("Where money may go; nothing is ever sent anywhere else"),
    payees: z
      .array(PayeeFile)
      .max(ITEMS_MAX)
      .default([])
      .describe("Somebody else's wallets that known payments may go to, straight from custody"),
    pools: z.array(PoolFile).min(1).max(1_000).describe("What is kept in balance, and by which policy"),
    named_dates: z
      .array(
        z.strictObject({
          name: Id.describe("What the days have in common: a forecast learns it once for all of them"),
          dates: z
            .array(z.string().regex(/^(\d{4}-)?\d{2}-\d{2}$/, "must be 2026-12-25, or 12-25 for every year"))
            .min(1)
            .max(1_000)
            .describe("In UTC: 12-25 for every year, 2026-12-25 for one"),
        }),
      )
      .max(200)
      .default([])
      .describe(
        "Days that are not like others, such as holidays, in UTC; forecasts learn how far they lie from a usual day",
      ),
    gas_pools: z
      .array(GasPoolFile)
      .max(1_000)
      .default([])
      .describe("Wallets that pay for transactions, each kept able to pay for its next ones"),
    deposit_pools: z
      .array(DepositPoolFile)
      .max(1_000)
      .default([])
      .describe("Addresses where customers deposit, swept into a hot wallet when it is worth the fee"),
    people: z.array(PersonFile).max(1_000).describe("Who may act and sign"),
    quorum: QuorumFile.describe("How many people a move needs"),
    reconciliation: ReconciliationFile.prefault({}).describe("Books against venues and chains"),
    anomalies: AnomaliesFile.prefault({}).describe(
      "What is done about a finding, by its severity: note, alert people, hold_sweeps to custody, or freeze_outgoing of the asset",
    ),
    credit: CreditFile.optional().describe("Lending against collateral; absent: none"),
    prices: PricesFile.prefault({}).describe("Prices for levels in the reference currency"),
  })
  .describe("Configuration of a Tidegate treasury");

/** The file after its shape was checked and its defaults were filled in. */
export type ConfigFile = z.output<typeof ConfigFileSchema>;
export type PoolFileEntry = ConfigFile["pools"][number];
export type GasPoolEntry = ConfigFile["gas_pools"][number];
export type DepositPoolEntry = ConfigFile["deposit_pools"][number];

/** JSON Schema (2020-12) of the file, for editors. */
export function configJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(ConfigFileSchema, { io: "input", target: "draft-2020-12" });
}
