/**
 * A type of venue: what its folder exports and the composition root lists. From it come the check of a venue's options, the
 * editor's schema, the reference pages and the connector itself; adding a connector is one folder and one line.
 */
import type { z } from "zod";
import type { Asset, AssetId, Instrument } from "../money/index.ts";
import type { WalletKind } from "../policy/types.ts";
import type { Clock, Random } from "../ports/index.ts";
import type { EnteredBalances } from "../wallets/types.ts";
import type { HttpPort } from "./http/types.ts";
import type { Venue } from "./port.ts";

export interface VenueType {
  /** The `type` in the configuration. */
  readonly type: string;
  /** One or two sentences for the reference, in Markdown: what it is, and what it needs. */
  readonly summary: string;
  /** The keys beside `id`, `type` and `hours`: strict, each described, secrets as text that a reference resolved to. */
  readonly options: z.ZodType;
  /** The option that says where it is, for a try against another address; `base_url` when left out. */
  readonly address?: (url: string) => Readonly<Record<string, unknown>>;
  /** One for each kind the capability table tells apart. Nothing is asked of the network for it. */
  readonly examples: readonly VenueExample[];
  /** Builds the connector and asks nothing of the network. @throws VenueError venue_invalid, venue_auth */
  create(input: VenueInput): Venue;
}

export interface VenueExample {
  /** Its column in the capability table. */
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** What the configuration decides, said in its place. */
  readonly configured?: Partial<Record<"networks" | "finality", string>>;
}

/** What a connector is built from. */
export interface VenueInput {
  /** The venue's id in the configuration. */
  readonly id: string;
  /** The connector's own keys of the configuration, references already resolved. */
  readonly options: unknown;
  readonly assets: ReadonlyMap<AssetId, Asset>;
  readonly instruments: readonly Instrument[];
  /** The holdings that the configuration places at this venue. */
  readonly wallets: readonly VenueInputWallet[];
  readonly clock: Clock;
  readonly random: Random;
  /** The network, for connectors that speak HTTP. */
  readonly http: HttpPort;
  /** What people entered, for venues that have no interface; absent where no store is at hand. */
  readonly entered?: EnteredBalances;
}

export interface VenueInputWallet {
  readonly id: string;
  /** The venue's own name of the holding. */
  readonly account: string;
  readonly asset: AssetId;
  readonly kind: WalletKind;
}
