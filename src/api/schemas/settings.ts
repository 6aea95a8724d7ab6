/** What the treasury is configured to do, who may approve, and the sandbox's own page. */
import { z } from "zod";
import { MoneySchema, PercentSchema, TimeSchema } from "./common.ts";
import { LevelSetSchema } from "./decisions.ts";

/** The small rule of a pool that has no band. */
export const PoolTaskSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("gas"),
      transactions_low: z.number().int().describe("A wallet that can pay for fewer is supplied"),
      transactions_target: z.number().int().describe("up to so many"),
      transaction_cost: MoneySchema.describe("Least that one transaction is taken to cost"),
      fee_times: z.number().describe("One costs so many times what sending the coin costs now"),
      wallet_max: MoneySchema,
      on_demand: z.array(z.string()).describe("Wallets that get something only while a sweep waits for it"),
    }),
    z.strictObject({
      kind: z.literal("deposits"),
      sweep_min: MoneySchema,
      batch_max: z.number().int().describe("Sweeps that may be under way at a time"),
    }),
  ])
  .meta({ id: "PoolTask" });

export const PoolPolicySchema = z
  .strictObject({
    pool_id: z.string(),
    asset: z.string(),
    digest: z.string(),
    liquidity: z.array(z.string()),
    reserve: z.array(z.string()),
    networks: z.array(z.string()),
    /** Null for a pool with a band; with a rule of its own no level is asked. */
    task: PoolTaskSchema.nullable(),
    levels: LevelSetSchema,
    trigger: z.enum(["at", "beyond"]),
    return_to: z.enum(["target", "edge"]),
    move_min: MoneySchema,
    move_max: MoneySchema,
    cooldown_ms: z.number().int(),
    dwell_ms: z.number().int(),
    fee_max: MoneySchema,
    fee_max_percent: PercentSchema,
    windows: z.array(
      z.strictObject({
        direction: z.enum(["to_reserve", "to_liquidity"]),
        window_ms: z.number().int(),
        amount_max: MoneySchema,
        count_max: z.number().int(),
      }),
    ),
    wallet_floors: z.array(z.strictObject({ wallet_id: z.string(), amount: MoneySchema })),
    priority: z.array(z.string()),
  })
  .meta({ id: "PoolPolicy" });

export const QuorumTierSchema = z
  .strictObject({
    asset: z.string(),
    direction: z.string(),
    /** Of the asset; base units where the tier is for every asset. */
    from: z.string(),
    approvals_needed: z.number().int(),
    roles: z.array(z.string()),
  })
  .meta({ id: "QuorumTier" });

export const PolicySchema = z
  .strictObject({
    as_of: TimeSchema,
    pools: z.array(PoolPolicySchema),
    quorum: z.strictObject({ approval_lifetime_ms: z.number().int(), tiers: z.array(QuorumTierSchema) }),
  })
  .meta({ id: "Policy" });
export type PolicyView = z.infer<typeof PolicySchema>;

export const PeopleSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        roles: z.array(z.string()),
        keys: z.array(z.strictObject({ key_id: z.string(), scheme: z.string(), public_key: z.string() })),
      }),
    ),
  })
  .meta({ id: "People" });
export type People = z.infer<typeof PeopleSchema>;

export const SandboxSchema = z
  .strictObject({
    scenario: z.string(),
    seed: z.number().int(),
    speed: z.number().describe("Hours of treasury time per second, as asked"),
    speed_reached: z
      .number()
      .describe("The same, as reached lately: less where time waits for a daemon on a busy machine"),
    manual: z.boolean().describe("True: no approver answers by itself"),
    borrowers: z.boolean().describe("Made-up borrowers take loans"),
    people: z.array(z.strictObject({ id: z.string(), name: z.string(), roles: z.array(z.string()) })),
  })
  .meta({ id: "Sandbox" });
export type Sandbox = z.infer<typeof SandboxSchema>;

export const SandboxKeySchema = z
  .strictObject({
    person_id: z.string(),
    key_id: z.string(),
    scheme: z.literal("ed25519"),
    public_key: z.string(),
    /** 32-byte Ed25519 seed in hex. Exists in a sandbox only. */
    private_key: z.string(),
  })
  .meta({ id: "SandboxKey" });
export type SandboxKey = z.infer<typeof SandboxKeySchema>;

export const HealthSchema = z
  .strictObject({
    status: z.enum(["ok", "degraded", "unavailable"]),
    checks: z.array(z.strictObject({ name: z.string(), ok: z.boolean(), detail: z.string() })),
  })
  .meta({ id: "Health" });
export type Health = z.infer<typeof HealthSchema>;
