/** Sending and finding signed transactions, the same for every kind of wallet. */
import type { PreparedSubmit, SigningRequest } from "../../transfers/types.ts";
import { VenueError } from "../index.ts";
import type { OpenRequest, Venue } from "../port.ts";
import { findPayment, venueRefOf } from "./find.ts";
import { RESERVATION_MS } from "./reservations.ts";
import { type Opened, readSigned } from "./signed.ts";
import { broadcast } from "./submit.ts";
import type { Outpoint } from "./types.ts";
import { openAccount, type WalletParts } from "./wallet.ts";

/** `open`: reads a prepared payment of this venue; `signed`: what a request that people sign would spend. @throws VenueError */
export function createPayments(
  parts: WalletParts,
  open: (prepared: PreparedSubmit) => Opened,
  signed: (signing: SigningRequest) => readonly Outpoint[] = () => [],
): Pick<Venue, "submit" | "find" | "remember"> {
  const { settings, clock, reservations } = parts;
  /** A payment that is spoken of holds its coins, also after a restart. */
  const keepCoins = (prepared: PreparedSubmit): Opened => {
    const opened = open(prepared);
    reservations.keep(prepared.reference, opened.inputs, clock.now());
    return opened;
  };
  const rememberOne = ({ reference, prepared, signing, expires_at }: OpenRequest): void => {
    try {
      if (prepared !== null) keepCoins(prepared);
      else if (signing !== null) {
        const now = clock.now();
        reservations.keep(reference, signed(signing), now, Math.max(expires_at - now, RESERVATION_MS));
      }
    } catch (error) {
      // What cannot be read can never be sent from here either.
      if (!(error instanceof VenueError)) throw error;
    }
  };
  return {
    remember(requests, as_of) {
      reservations.keepOnly(new Set(requests.map(({ reference }) => reference)), as_of);
      requests.forEach(rememberOne);
    },
    async submit(prepared) {
      try {
        const opened = keepCoins(prepared);
        const { account, raw_tx } = readSigned(prepared);
        const at = await openAccount(parts, account);
        return await broadcast(at, raw_tx, opened.txid, venueRefOf(settings.network, opened));
      } catch (error) {
        if (!(error instanceof VenueError)) throw error;
        // Bytes that are not ours to send never leave; a node that does not answer took nothing now, and may have before.
        if (error.code === "venue_policy_denied")
          return { outcome: "rejected", code: error.code, message: error.message };
        return { outcome: "unknown", message: error.message };
      }
    },
    async find(query) {
      try {
        const { prepared } = query;
        if (prepared !== null) keepCoins(prepared);
        const at = await openAccount(parts, prepared === null ? query.wallet.account : readSigned(prepared).account);
        return await findPayment({ at, item: parts.item, clock }, query);
      } catch (error) {
        if (error instanceof VenueError) return { outcome: "unreadable", message: error.message };
        throw error;
      }
    },
  };
}
