/** The one instrument of the network, the only place where satoshi and the asset's own units meet, and the payment of a plan. */
import { type Asset, type Instrument, toAssetUnits, toInstrumentUnits } from "../../money/index.ts";
import type { SelfPurpose, TransferPlan } from "../../transfers/types.ts";
import type { VenueInput } from "../index.ts";
import { VenueError } from "../index.ts";
import { type Account, sameBytes } from "./account.ts";
import { scriptOf } from "./chains.ts";
import type { BitcoinSettings } from "./types.ts";
import { BTC_DECIMALS } from "./units.ts";
import { dustLimit } from "./weight.ts";

export interface CoinAsset {
  readonly asset: Asset;
  readonly instrument: Instrument;
}

/** @throws VenueError venue_invalid where no instrument is the coin of the network, or it has other decimals than the coin */
export function findCoinAsset({ id, assets, instruments }: VenueInput, network: string): CoinAsset {
  const fail = (why: string): VenueError =>
    new VenueError("venue_invalid", `Venue "${id}": ${why}.`, { venue: id, network });
  const own = instruments.filter((each) => each.network === network && each.contract === null);
  const [instrument] = own;
  if (instrument === undefined || own.length !== 1)
    throw fail(`${network} needs exactly one instrument without contract`);
  const asset = assets.get(instrument.asset);
  if (asset === undefined) throw fail(`${instrument.asset} is no asset`);
  if (instrument.decimals !== BTC_DECIMALS) {
    throw fail(`${instrument.id} has ${instrument.decimals} decimals, and the coin of ${network} has ${BTC_DECIMALS}`);
  }
  return { asset, instrument };
}

export function fromSats({ asset, instrument }: CoinAsset, sats: bigint): bigint {
  return toAssetUnits(asset, instrument, sats);
}

/** @throws TidegateError amount_not_representable */
export function toSatsOf({ asset, instrument }: CoinAsset, units: bigint): bigint {
  return toInstrumentUnits(asset, instrument, units);
}

/** Satoshi that fit into so many units, rounded down: for a cap. */
export function satsWithin({ asset, instrument }: CoinAsset, units: bigint): bigint {
  return units / toAssetUnits(asset, instrument, 1n);
}

export interface Terms {
  readonly reference: string;
  /** What makes it this transfer's payment and nobody else's, beside destination and amount. */
  readonly nonce: string;
  readonly fee_max: bigint;
}

/** To somebody else. */
export interface Payment extends Terms {
  readonly script: Uint8Array;
  readonly amount: bigint;
}

/** To the account itself. */
export interface SelfTerms extends Terms {
  readonly purpose: SelfPurpose;
  readonly touches_max: bigint;
  readonly parent: string | null;
}

/** Of a plan, checked: the right network, instrument and units, an address of this chain. @throws VenueError venue_invalid */
export function termsOf(
  plan: TransferPlan,
  item: CoinAsset,
  settings: BitcoinSettings,
  account: Account,
): Payment | SelfTerms {
  checkInstrument(plan, item, settings);
  const terms = { reference: plan.id, nonce: plan.nonce, fee_max: satsWithin(item, BigInt(plan.fee_max)) };
  const { self } = plan;
  if (self === undefined) return { ...terms, ...paidBy(plan, item, settings, account) };
  if (
    plan.amount !== "0" ||
    plan.from.wallet !== plan.to.wallet ||
    (self.parent === null) !== (self.purpose === "consolidate")
  )
    throw unbuildable(plan, "what it does to its own wallet is not clear");
  return {
    ...terms,
    purpose: self.purpose,
    parent: self.parent,
    touches_max: satsWithin(item, BigInt(self.touches_max)),
  };
}

/** Who is paid, and how much; null: nobody but the account itself. */
export interface Paid {
  readonly script: Uint8Array;
  readonly amount: bigint;
}

/** It pays what was planned, and nobody where nobody was planned. */
export function paysAsPlanned(paid: Paid | null, terms: Payment | SelfTerms): boolean {
  if (!("script" in terms)) return paid === null;
  return paid !== null && sameBytes(paid.script, terms.script) && paid.amount === terms.amount;
}

function unbuildable(plan: TransferPlan, why: string): VenueError {
  return new VenueError("venue_invalid", `Transfer ${plan.id} cannot be built: ${why}.`);
}

/** @throws VenueError venue_invalid */
function checkInstrument(plan: TransferPlan, item: CoinAsset, settings: BitcoinSettings): void {
  const invalid = (why: string): VenueError => unbuildable(plan, why);
  const { asset, instrument } = item;
  if (plan.network !== settings.network) throw invalid(`it is planned on ${plan.network}, not on ${settings.network}`);
  if (plan.asset !== asset.id) throw invalid(`it moves ${plan.asset}, and this venue holds ${asset.id}`);
  if (plan.instrument !== instrument.id) throw invalid(`${plan.instrument} is not the instrument of ${plan.asset}`);
  if (plan.chain_id !== null || plan.contract !== null) throw invalid("it is planned in a token");
  if (plan.decimals !== asset.decimals || plan.contract_decimals !== instrument.decimals) {
    throw invalid("its decimals are not those of the instrument");
  }
}

function paidBy(plan: TransferPlan, item: CoinAsset, settings: BitcoinSettings, account: Account): Paid {
  const invalid = (why: string): VenueError => unbuildable(plan, why);
  if (plan.to.memo !== null) throw invalid("Bitcoin addresses take no memo");
  const script = scriptOf(settings.chain, plan.to.address);
  if (isFirstOwn(account, plan.to.address)) throw invalid(`${plan.to.address} is the wallet's own`);
  const amount = toSatsOf(item, BigInt(plan.amount));
  if (amount < dustLimit(script)) throw invalid(`${amount} satoshi are dust, which the network does not carry`);
  return { script, amount };
}

/** An account's name may be its first address. */
function isFirstOwn(account: Account, address: string): boolean {
  return account.id === address || account.scriptAt(0, 0).address === address;
}
