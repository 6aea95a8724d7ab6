/** Inside values to outside values: instants to RFC 3339, base units to decimal strings, ids to labels. */
import type { TreasuryConfig, WalletConfig } from "../../config/types.ts";
import { assert } from "../../errors/index.ts";
import {
  type Asset,
  amountText,
  groupDecimal,
  printDecimal,
  printPercent,
  printPrice,
  type Ratio,
} from "../../money/index.ts";
import type { Instant } from "../../ports/index.ts";
import { destinationsOf } from "../../transfers/index.ts";
import type { Money } from "../schemas/index.ts";

const SHARE_DIGITS = 4;

export interface Printer {
  readonly config: TreasuryConfig;
  asset(id: string): Asset;
  money(asset: string, units: bigint): Money;
  /** What one whole asset costs in `currency`, in its base units: rounded down, with enough digits for its size. */
  price(currency: string, price: Ratio): Money;
  moneyOrNull(asset: string, units: bigint | null): Money | null;
  /** An amount in a sentence. @example say("USDT", 2524000500000n) // "2,524,000.5 USDT" */
  say(asset: string, units: bigint): string;
  wallet(id: string): WalletConfig | undefined;
  /** The wallet's label; its id when the configuration no longer has it. */
  label(wallet_id: string): string;
}

export function createPrinter(config: TreasuryConfig): Printer {
  const known = [...config.wallets, ...destinationsOf(config)];
  const wallets = new Map(known.map((wallet) => [wallet.id, wallet]));
  const asset = (id: string): Asset => {
    const found = config.assets.get(id) ?? (id === config.currency.id ? config.currency : undefined);
    assert(found !== undefined, `asset ${id} is not in the registry`);
    return found;
  };
  const money = (id: string, units: bigint): Money => ({
    amount: printDecimal(units, asset(id).decimals),
    asset: id,
  });
  return {
    config,
    asset,
    money,
    price: (id, price) => ({ amount: printPrice(price, asset(id).decimals, "down"), asset: id }),
    moneyOrNull: (id, units) => (units === null ? null : money(id, units)),
    say: (id, units) => amountText(asset(id), units),
    wallet: (id) => wallets.get(id),
    label: (id) => wallets.get(id)?.label ?? id,
  };
}

/** An amount of the API in a sentence. @example moneyText({ amount: "2524000.500000", asset: "USDT" }) // "2,524,000.5 USDT" */
export function moneyText({ amount, asset }: Money): string {
  return `${groupDecimal(amount)} ${asset}`;
}

/** @example printTime(0) // "1970-01-01T00:00:00.000Z" */
export function printTime(at: Instant): string {
  return new Date(at).toISOString();
}

export function printTimeOrNull(at: Instant | null): string | null {
  return at === null ? null : printTime(at);
}

/** Share of a whole in per cent with four decimals; null when the whole is zero. */
export function printShare(part: bigint, whole: bigint): string | null {
  return printPercent(part, whole, SHARE_DIGITS);
}
