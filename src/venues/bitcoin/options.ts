/** The options of the Bitcoin connectors, and how a mistake in them is reported. */
import { z } from "zod";
import { VenueError } from "../index.ts";
import { BITCOIN_CHAINS, findChain } from "./chains.ts";
import type { NodeCredentials, NodeEndpoint } from "./rpc.ts";
import type { BitcoinSettings } from "./types.ts";
import { toRate } from "./units.ts";

const CONFIRMATIONS_DEFAULT = 6;
const CONFIRMATIONS_MAX = 1_000;
const SPEED_UP_MINUTES_MAX = 20_160;
const REOPENING_HOURS_MAX = 720;
const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 3_600_000;
const TARGET_BLOCKS_MAX = 1_008;
const RATE = z.string().regex(/^\d{1,6}(\.\d{1,3})? sat\/vB$/, 'must be like "12.5 sat/vB"');
const NETWORKS = BITCOIN_CHAINS.map(({ network }) => network);

/** Keys that every Bitcoin connector takes. */
export const bitcoinShape = {
  network: z
    .enum(NETWORKS as [string, ...string[]])
    .describe("The network of the instrument it moves; compared with the node's"),
  rpc_url: z.url({ protocol: /^https?$/ }).describe("Your own node, Bitcoin Core 28 or what speaks like it"),
  rpc_user: z.string().min(1).optional().describe("With rpc_password; or cookie_file instead of both"),
  rpc_password: z.string().min(1).optional().describe("By reference: env:NAME or file:path"),
  cookie_file: z.string().min(1).optional().describe("The node's .cookie, read anew for each call: an absolute path"),
  node_wallet_prefix: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,40}$/)
    .optional()
    .describe("Names of the node's watch-only wallets begin with it; default: tidegate- and the venue's id"),
  confirmations: z
    .number()
    .int()
    .min(1)
    .max(CONFIRMATIONS_MAX)
    .default(CONFIRMATIONS_DEFAULT)
    .describe("A payment with so many is final, and a deposit counts"),
  fee_rate_fallback: RATE.default("10 sat/vB").describe("Where the node has no estimate"),
  fee_rate_max: RATE.default("150 sat/vB").describe("Above it nothing new is signed"),
  fee_target_blocks: z
    .number()
    .int()
    .min(1)
    .max(TARGET_BLOCKS_MAX)
    .default(6)
    .describe("Blocks within which a payment should be mined"),
  speed_up_after_minutes: z
    .number()
    .int()
    .min(1)
    .max(SPEED_UP_MINUTES_MAX)
    .default(120)
    .describe("A payment that waits so long in the pool is sent again with a higher fee, within its limit"),
  speed_up_max: z.number().int().min(0).max(10).default(3).describe("So often at most; 0: never"),
  reopening_hours: z
    .number()
    .int()
    .min(0)
    .max(REOPENING_HOURS_MAX)
    .default(24)
    .describe(
      "So long a settled payment is looked at again, in case the chain takes back what it called final; 0: never",
    ),
  consolidate: z
    .strictObject({
      below: RATE.describe("Only while the fee rate is at or below this"),
      coins_above: z
        .number()
        .int()
        .min(1)
        .max(10_000)
        .default(50)
        .describe("Only while the wallet has more coins than this"),
      coins_max: z.number().int().min(1).max(200).default(20).describe("Most small coins that one payment takes along"),
      by_itself: z
        .boolean()
        .default(false)
        .describe("Also by a payment of the wallet to itself, which the daemon proposes when nothing else leaves it"),
    })
    .optional()
    .describe(
      "Small coins are put together on the way of a payment while fees are low, within the payment's fee limit",
    ),
  birth: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be like "2026-01-31"')
    .optional()
    .describe("When the wallet was first used: the node searches its blocks from there, once; default: all blocks"),
};

const BitcoinOptions = z.object(bitcoinShape);
type BitcoinOptions = z.output<typeof BitcoinOptions>;

/** @throws VenueError venue_invalid naming the key and what is wrong with it */
export function readOptions<Shape extends z.ZodType>(
  schema: Shape,
  options: unknown,
  venue_id: string,
): z.output<Shape> {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalid(venue_id, issue?.path.join(".") || "options", issue?.message ?? "is not valid");
}

/** @throws VenueError venue_invalid */
export function toEndpoint(options: BitcoinOptions, venue_id: string): NodeEndpoint {
  return { url: options.rpc_url, credentials: toCredentials(options, venue_id) };
}

function toCredentials({ rpc_user, rpc_password, cookie_file }: BitcoinOptions, venue_id: string): NodeCredentials {
  if (cookie_file !== undefined && rpc_user === undefined && rpc_password === undefined) {
    return { kind: "cookie", file: cookie_file };
  }
  if (cookie_file === undefined && rpc_user !== undefined && rpc_password !== undefined) {
    return { kind: "password", user: rpc_user, password: rpc_password.trim() };
  }
  throw invalid(venue_id, "rpc_user", "give rpc_user and rpc_password, or cookie_file");
}

/** @throws VenueError venue_invalid */
export function toSettings(options: BitcoinOptions, venue_id: string): BitcoinSettings {
  const chain = findChain(options.network);
  if (chain === null) throw invalid(venue_id, "network", `must be one of ${NETWORKS.join(", ")}`);
  const rate = (text: string): bigint => toRate(text.replace(" sat/vB", ""));
  const fee = {
    rate_fallback: rate(options.fee_rate_fallback),
    rate_max: rate(options.fee_rate_max),
    target_blocks: options.fee_target_blocks,
  };
  if (fee.rate_fallback > fee.rate_max) throw invalid(venue_id, "fee_rate_fallback", "is above fee_rate_max");
  const birth_ms = options.birth === undefined ? 0 : Date.parse(`${options.birth}T00:00:00Z`);
  if (Number.isNaN(birth_ms)) throw invalid(venue_id, "birth", "is no day of the calendar");
  return {
    network: options.network,
    chain,
    confirmations: options.confirmations,
    fee,
    replacement:
      options.speed_up_max === 0
        ? null
        : { after_ms: options.speed_up_after_minutes * MS_PER_MINUTE, count_max: options.speed_up_max },
    reopening_ms: options.reopening_hours * MS_PER_HOUR,
    consolidation:
      options.consolidate === undefined
        ? null
        : {
            rate_max: rate(options.consolidate.below),
            coins_above: options.consolidate.coins_above,
            coins_max: options.consolidate.coins_max,
            by_itself: options.consolidate.by_itself,
          },
    birth_s: birth_ms / 1_000,
  };
}

export function invalid(venue_id: string, key: string, why: string): VenueError {
  return new VenueError("venue_invalid", `Venue "${venue_id}", ${key}: ${why}.`, { venue: venue_id, key });
}
