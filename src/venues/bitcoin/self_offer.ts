/** What a payment of an account to itself would do now, before anybody plans one. */
import type { SelfOffer, SelfWish, WalletRef } from "../port.ts";
import { isDust, readHoldings, sumOf } from "./balance.ts";
import { fromSats } from "./coin_asset.ts";
import { readFeeRate } from "./fee_rate.ts";
import { lackOfParent } from "./pool.ts";
import { chooseSelf } from "./self_payment.ts";
import { outpointText } from "./types.ts";
import { rateText } from "./units.ts";
import { openAccount, type WalletParts } from "./wallet.ts";

/** @throws VenueError as the payment itself would */
export async function offerSelf(
  parts: WalletParts,
  wallet: WalletRef,
  { purpose, parent }: SelfWish,
): Promise<SelfOffer> {
  const { settings, item, reservations, clock } = parts;
  const at = await openAccount(parts, wallet.account);
  const now = clock.now();
  const fee_rate = await readFeeRate(at.rpc, settings.fee);
  const { coins } = await readHoldings(at, now);
  const lack = await lackOfParent(at.rpc, parent, fee_rate);
  const taken = reservations.takenFrom("", now);
  const free = coins.filter((coin) => !isDust(coin) && !taken.has(outpointText(coin)));
  const { confirmations, consolidation } = settings;
  const by_itself = consolidation?.by_itself === true && purpose === "consolidate" ? consolidation : null;
  // What nobody asks for takes up half at the most: while it waits for signatures or for blocks, a payment must find coins too.
  const touches_max = sumOf(free) / (by_itself === null ? 1n : 2n);
  const terms = { purpose, parent, touches_max, fee_max: null };
  // Its weight is that of any other change output.
  const to = { branch: 1, index: 0 } as const;
  const common = { account: at.account, coins: free, fee_rate, confirmations, consolidation };
  const choice = chooseSelf({ ...common, terms, lack, to });
  return {
    network: settings.network,
    coins: choice.coins.length,
    touches: fromSats(item, choice.touches),
    fee: fromSats(item, choice.fee),
    fee_rate: rateText(fee_rate),
    held: free.length,
    due:
      by_itself === null
        ? null
        : {
            held_above: by_itself.coins_above,
            rate_below: rateText(by_itself.rate_max),
            rate_is_low: fee_rate <= by_itself.rate_max,
          },
  };
}
