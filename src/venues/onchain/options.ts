/** The part of a connector's options that speaks of the chain, and how a mistake in options is reported. */
import { z } from "zod";
import { parseDecimal } from "../../money/index.ts";
import { VenueError } from "../index.ts";
import type { ChainSettings } from "./types.ts";

const GWEI_DECIMALS = 9;
const RPC_URLS_MAX = 8;
const CONFIRMATIONS_MAX = 10_000;
const REOPENING_HOURS_DEFAULT = 24;
const REOPENING_HOURS_MAX = 720;
const MS_PER_HOUR = 3_600_000;
const SPEED_UP_MINUTES_DEFAULT = 10;
const SPEED_UP_MINUTES_MAX = 1_440;
const SPEED_UPS_DEFAULT = 3;
const SPEED_UPS_MAX = 10;
const MS_PER_MINUTE = 60_000;
const LOG_RANGE_DEFAULT = 2_000;
const LOG_RANGE_MAX = 100_000;

/** Keys that every connector on an EVM chain takes. */
export const chainShape = {
  network: z.string().min(1).describe("The network of the instruments it moves"),
  chain_id: z.number().int().positive().describe("Compared with what the nodes say"),
  rpc_urls: z
    .array(z.url({ protocol: /^https?$/ }))
    .min(1)
    .max(RPC_URLS_MAX)
    .describe("Nodes; reads fall over to the next, and all must agree that a payment failed"),
  second_rpc_url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("A node of another provider: every balance is read there too, at the same block, and must be the same"),
  endpoints_agree: z
    .number()
    .int()
    .min(1)
    .max(RPC_URLS_MAX)
    .default(1)
    .describe("So many of the nodes must name the same final block, balances and receipts; 2 trusts no node alone"),
  finality: z
    .union([z.literal("finalized"), z.literal("safe"), z.number().int().min(1).max(CONFIRMATIONS_MAX)])
    .default("finalized")
    .describe("When a payment is final: the chain's own mark, or a number of confirmations"),
  reopening_hours: z
    .number()
    .int()
    .min(0)
    .max(REOPENING_HOURS_MAX)
    .default(REOPENING_HOURS_DEFAULT)
    .describe(
      "So long a settled payment is looked at again, in case the chain takes back what it called final; 0: never",
    ),
  speed_up_after_minutes: z
    .number()
    .int()
    .min(1)
    .max(SPEED_UP_MINUTES_MAX)
    .default(SPEED_UP_MINUTES_DEFAULT)
    .describe("A payment that waits so long in the pool is sent again with the same nonce and a higher fee"),
  speed_up_max: z
    .number()
    .int()
    .min(0)
    .max(SPEED_UPS_MAX)
    .default(SPEED_UPS_DEFAULT)
    .describe("So often at most; 0: never"),
  gas_price_max: z
    .string()
    .regex(/^\d{1,9}(\.\d{1,9})? gwei$/, 'must be like "150 gwei"')
    .describe("Above it nothing new is signed: 150 gwei"),
  start_block: z
    .number()
    .int()
    .min(0)
    .describe("First block whose movements are read: where the wallets were first used"),
  log_range_blocks: z
    .number()
    .int()
    .min(1)
    .max(LOG_RANGE_MAX)
    .default(LOG_RANGE_DEFAULT)
    .describe("Blocks asked for at once"),
};

const ChainOptions = z.object(chainShape);

/** @throws VenueError venue_invalid naming the key and what is wrong with it */
export function readOptions<Shape extends z.ZodType>(
  schema: Shape,
  options: unknown,
  venue_id: string,
): z.output<Shape> {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const key = issue?.path.join(".") || "options";
  throw new VenueError("venue_invalid", `Venue "${venue_id}", ${key}: ${issue?.message ?? "is not valid"}.`, {
    venue: venue_id,
    key,
  });
}

export function toChainSettings(options: z.output<typeof ChainOptions>): ChainSettings {
  const { finality, endpoints_agree, rpc_urls } = options;
  if (endpoints_agree > new Set(rpc_urls).size) {
    const message = `endpoints_agree is ${endpoints_agree}, and rpc_urls names ${new Set(rpc_urls).size} different nodes.`;
    throw new VenueError("venue_invalid", message, { key: "endpoints_agree" });
  }
  return {
    network: options.network,
    chain_id: options.chain_id,
    rpc_urls,
    endpoints_agree,
    second_rpc_url: options.second_rpc_url ?? null,
    finality:
      typeof finality === "number" ? { kind: "confirmations", count: finality } : { kind: "tag", tag: finality },
    replacement:
      options.speed_up_max === 0
        ? null
        : { after_ms: options.speed_up_after_minutes * MS_PER_MINUTE, count_max: options.speed_up_max },
    reopening_ms: options.reopening_hours * MS_PER_HOUR,
    gas_price_max: parseDecimal(options.gas_price_max.replace(" gwei", ""), GWEI_DECIMALS),
    start_block: BigInt(options.start_block),
    log_range_blocks: BigInt(options.log_range_blocks),
  };
}
