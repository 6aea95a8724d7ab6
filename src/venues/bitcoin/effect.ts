/** What a Bitcoin venue can do, and the effect of its signed transactions. */
import type { PreparedSubmit } from "../../transfers/types.ts";
import type { DecodedEffect, VenueCapabilities } from "../port.ts";
import { addressOf } from "./chains.ts";
import { fromSats } from "./coin_asset.ts";
import { venueRefOf } from "./find.ts";
import { type Opened, readSigned, refused } from "./signed.ts";
import type { WalletParts } from "./wallet.ts";

/** A pool may not show a transaction for a moment after it took it. */
const CONSISTENCY_WINDOW_MS = 10_000;

/** @throws VenueError venue_policy_denied for an output without an address */
export function effectOf(prepared: PreparedSubmit, { settings, item }: WalletParts, opened: Opened): DecodedEffect {
  const to_address = opened.paid === null ? "" : addressOf(settings.chain, opened.paid.script);
  if (to_address === null) throw refused("it pays to a script that has no address");
  return {
    from_account: readSigned(prepared).account,
    to_address,
    to_memo: null,
    asset: item.asset.id,
    network: settings.network,
    amount: fromSats(item, opened.paid?.amount ?? 0n),
    fee_max: fromSats(item, opened.fee),
    reference: prepared.reference,
    // Whatever spends the same first coin excludes it.
    exclusive: venueRefOf(settings.network, opened),
    ...(opened.paid === null ? { self: true } : {}),
  };
}

export function capabilitiesOf(
  { settings }: WalletParts,
  signing: VenueCapabilities["signing"],
  who = "",
): VenueCapabilities {
  return {
    idempotency: { kind: "signed_transaction" },
    lookup_by_reference: true,
    consistency_window_ms: CONSISTENCY_WINDOW_MS,
    list_movements: true,
    cancel: false,
    push: false,
    webhooks: false,
    approval_stage: false,
    signing,
    finality: `${settings.confirmations} confirmations by our own count${who}`,
    ...(settings.reopening_ms === 0 ? {} : { reopening: { window_ms: settings.reopening_ms, movements: "mirrored" } }),
    networks: [settings.network],
  };
}
