/** Parts that many places of the file are made of. */
import { z } from "zod";
import { AMOUNT_PATTERN, DURATION_PATTERN, SHARE_PATTERN } from "./values.ts";

/** Longest list anywhere in the file. */
export const ITEMS_MAX = 10_000;

export const Id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "must be 1 to 64 letters, digits, '.', '_' or '-'")
  .describe("Letters, digits, '.', '_', '-'");
export const Text = z.string().min(1).max(500);
export const Duration = z.string().meta({ description: "A duration: 30m, 24h, 1h30m", pattern: DURATION_PATTERN });
export const Share = z.string().meta({ description: "A share: 0.5%", pattern: SHARE_PATTERN });
export const AmountText = z
  .string()
  .meta({ description: "An amount with its asset: 10000 USDT", pattern: AMOUNT_PATTERN });
export const LevelText = z.string().meta({
  description:
    "A share of the pool (10%), an amount (150000 USDT), a value (10000 USD), a cover (cover 24h at p99), or max(…) and min(…) of these",
});
export const Secret = Text.describe("env:NAME or file:path; a secret is never written here");
