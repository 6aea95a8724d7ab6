/** Presets and checks of a hypothesis. */

import type { Pool, WhatIfRequest } from "../../api/types.ts";
import { typedAmount } from "../../format/amount.ts";
import { readDecimal, writeDecimal } from "../../format/decimal.ts";
import { heldOf } from "../overview/held.ts";

/** What the form holds: text, as typed. */
export interface Hypothesis {
  readonly outflow: string;
  readonly over_hours: string;
  readonly horizon_hours: string;
  readonly approval_hours: string;
}

export const FIRST: Hypothesis = { outflow: "", over_hours: "24", horizon_hours: "48", approval_hours: "4" };

export const PRESETS: readonly { readonly name: string; readonly percent: bigint; readonly over_hours: string }[] = [
  { name: "A busy day: 25 % in 24 h", percent: 25n, over_hours: "24" },
  { name: "A whale: 50 % at once", percent: 50n, over_hours: "0" },
  { name: "A bank run: 150 % in 12 h", percent: 150n, over_hours: "12" },
  { name: "Everything: 400 % in 48 h", percent: 400n, over_hours: "48" },
];

export interface PresetBase {
  readonly amount: string;
  readonly of: "liquidity" | "target";
}

/** What the presets are shares of: what the liquidity side holds now, or its target while it holds nothing; null without either. */
export function presetBase(pool: Pool): PresetBase | null {
  const held = heldOf(pool)?.liquidity.amount;
  if (held !== undefined && isPositive(held)) return { amount: held, of: "liquidity" };
  const target = pool.levels.target.amount?.amount;
  return target !== undefined && isPositive(target) ? { amount: target, of: "target" } : null;
}

function isPositive(amount: string): boolean {
  return (readDecimal(amount)?.units ?? 0n) > 0n;
}

/** `percent` of the presets' base; exact, cut to the asset's decimals. */
export function shareOfBase(base: PresetBase, percent: bigint): string {
  const liquidity = readDecimal(base.amount);
  if (!liquidity) return "0";
  return writeDecimal({ units: (liquidity.units * percent) / 100n, scale: liquidity.scale });
}

type Errors = Partial<Record<keyof Hypothesis, string>>;

const HOURS = { over_hours: [0, 168], horizon_hours: [1, 168], approval_hours: [0, 168] } as const;

/** The request, or what is wrong with each field. */
export function readHypothesis(form: Hypothesis, decimals: number): { request: WhatIfRequest } | { errors: Errors } {
  const errors: Errors = {};
  const outflow = typedAmount(form.outflow);
  const value = readDecimal(outflow);
  if (!value || outflow.startsWith("+")) errors.outflow = "Write an amount like 250000 or 250000.50.";
  else if (value.scale > decimals) errors.outflow = `This asset has ${decimals} decimals.`;
  const hours = (name: keyof typeof HOURS): number => {
    const [least, most] = HOURS[name];
    const count = /^\d{1,3}$/.test(form[name].trim()) ? Number(form[name].trim()) : -1;
    if (count < least || count > most) errors[name] = `Whole hours from ${least} to ${most}.`;
    return count;
  };
  const request: WhatIfRequest = {
    outflow,
    over_hours: hours("over_hours"),
    horizon_hours: hours("horizon_hours"),
    approval_hours: hours("approval_hours"),
  };
  return Object.keys(errors).length === 0 ? { request } : { errors };
}
