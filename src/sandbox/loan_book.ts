/** Who borrows in the sandbox: eight made-up borrowers, their coins, how much they take on them, and how they answer a call. */
import type { LevelsDraft } from "../lending/index.ts";
import { type Asset, type AssetId, divide } from "../money/index.ts";
import { PRICE_DECIMALS } from "./prices_path.ts";
import { between, indexOfText } from "./random.ts";

export interface Borrower {
  readonly reference: string;
  readonly customer_id: string;
  /** Whole dollars, before the seed makes it a little more or less. */
  readonly dollars: bigint;
  readonly rate_percent: string;
  /** Loan to value when he deposits, in parts of ten thousand. */
  readonly ltv: bigint;
  readonly pledges: readonly { readonly asset: AssetId; readonly network: string; readonly parts: bigint }[];
  /** To a margin call: with coins, with money, or not at all. */
  readonly temper: "tops_up" | "repays" | "silent";
  readonly levels: LevelsDraft | null;
}

const BTC = { asset: "BTC", network: "bitcoin" };
const ETH = { asset: "ETH", network: "ethereum" };
const USDT = { asset: "USDT", network: "tron" };
const whole = (pledge: typeof BTC) => [{ ...pledge, parts: 2n }];
const halves = (...pledges: readonly (typeof BTC)[]) => pledges.map((pledge) => ({ ...pledge, parts: 1n }));
const HIGH: LevelsDraft = { as: "ltv", initial: "69", warning: "72" };

export const BORROWERS: readonly Borrower[] = [
  borrower("L-1001", "aster", 500_000n, "8.5", 3_500n, whole(BTC), "tops_up"),
  borrower("L-1002", "birch", 1_200_000n, "9", 5_750n, whole(BTC), "repays"),
  borrower("L-1003", "cedar", 800_000n, "9.5", 4_500n, whole(ETH), "silent"),
  borrower("L-1004", "dahlia", 2_000_000n, "9", 5_000n, halves(BTC, ETH), "tops_up"),
  borrower("L-1005", "elder", 600_000n, "10", 5_400n, halves(BTC, USDT), "silent"),
  borrower("L-1006", "fir", 1_500_000n, "10", 5_900n, whole(BTC), "tops_up"),
  borrower("L-1007", "gorse", 900_000n, "11", 5_950n, whole(ETH), "silent"),
  { ...borrower("L-1008", "hazel", 1_000_000n, "12", 6_750n, whole(BTC), "silent"), levels: HIGH },
];

function borrower(
  reference: string,
  customer_id: string,
  dollars: bigint,
  rate_percent: string,
  ltv: bigint,
  pledges: Borrower["pledges"],
  temper: Borrower["temper"],
): Borrower {
  return { reference, customer_id, dollars, rate_percent, ltv, pledges, temper, levels: null };
}

const CENTS = 100n;
const HUNDRED = 100n;
/** A seed makes each loan larger or smaller by at most so many parts of a hundred. */
const SPREAD_PARTS = 10;
const LTV_PARTS = 10_000n;

/** In cents. */
export function principalOf(seed: number, { reference, dollars }: Pick<Borrower, "reference" | "dollars">): bigint {
  const more = between(seed, "principal", indexOfText(reference), -SPREAD_PARTS, SPREAD_PARTS + 1);
  return divide(dollars * CENTS * (HUNDRED + BigInt(more)), HUNDRED, "down");
}

/** What he brings of each asset at these prices (USD in units of 10^-8), so that the loan begins at his loan to value. */
export function pledgesOf(
  seed: number,
  one: Borrower,
  price: (asset: AssetId) => bigint,
  assetOf: (asset: AssetId) => Asset | null,
): readonly { readonly asset: AssetId; readonly units: bigint }[] {
  const parts = one.pledges.reduce((sum, pledge) => sum + pledge.parts, 0n);
  const principal = principalOf(seed, one);
  return one.pledges.flatMap(({ asset, parts: own }) => {
    const decimals = assetOf(asset)?.decimals;
    if (decimals === undefined) return [];
    const num = principal * own * LTV_PARTS * 10n ** BigInt(decimals) * 10n ** BigInt(PRICE_DECIMALS);
    return [{ asset, units: divide(num, CENTS * parts * one.ltv * price(asset), "up") }];
  });
}
