/**
 * What a wallet may do: the file declares it, people change its standing, and the stricter of the two holds. Pure.
 *
 * created -> active <-> suspended -> archived
 */
import type { TreasuryConfig, WalletConfig } from "../config/types.ts";
import type { WalletStatus } from "../policy/types.ts";
import type { Lifecycle, WalletStandingRow } from "./types.ts";

const WAYS: Readonly<Record<Lifecycle, readonly Lifecycle[]>> = {
  created: ["active"],
  active: ["suspended"],
  suspended: ["active", "archived"],
  archived: [],
};

/** The later, the less it may do. */
const STRICTER: readonly WalletStatus[] = [
  "active",
  "archiving",
  "suspended",
  "created",
  "creating",
  "requested",
  "archived",
];

/** The file's own word, whatever people changed since. */
export function declaredOf({ declared, status }: Pick<WalletConfig, "declared" | "status">): WalletStatus {
  return declared ?? status;
}

/** `created` in the file leaves all to people; every other word of it is a bound that they can only tighten. */
export function effectiveStatus(declared: WalletStatus, state: Lifecycle | null): WalletStatus {
  if (state === null) return declared;
  if (declared === "created") return state;
  return STRICTER.indexOf(state) > STRICTER.indexOf(declared) ? state : declared;
}

/** Where its standing is now; null where the file keeps it out of people's hands. */
export function lifecycleOf(declared: WalletStatus, state: Lifecycle | null): Lifecycle | null {
  const status = effectiveStatus(declared, state);
  return status in WAYS ? (status as Lifecycle) : null;
}

/** Sentence of why its standing cannot become `to`; null when it can. */
export function changeProblem(declared: WalletStatus, state: Lifecycle | null, to: Lifecycle): string | null {
  const from = lifecycleOf(declared, state);
  if (from === null) return `The file says "${declared}": change it there.`;
  if (!WAYS[from].includes(to)) return `It is ${from}, and from there it cannot become ${to}.`;
  return effectiveStatus(declared, to) === to ? null : `The file says "${declared}": change it there.`;
}

/** Archived by people: it holds nothing, and is still read, so that what arrives there raises an alarm. */
export function isGuarded(wallet: Pick<WalletConfig, "declared" | "status">): boolean {
  return wallet.status === "archived" && declaredOf(wallet) !== "archived";
}

export type Standings = ReadonlyMap<string, WalletStandingRow>;

/** The configuration with every wallet's standing as it is now, read anew at every use; everything else is as it was. */
export function withStandings(config: TreasuryConfig, standings: () => Standings): TreasuryConfig {
  let last: {
    readonly base: readonly WalletConfig[];
    readonly of: Standings;
    readonly wallets: WalletConfig[];
  } | null = null;
  const wallets = (): readonly WalletConfig[] => {
    const [base, of] = [config.wallets, standings()];
    if (last?.base !== base || last.of !== of) last = { base, of, wallets: base.map((one) => standing(one, of)) };
    return last.wallets;
  };
  return Object.defineProperties(
    { ...config },
    {
      wallets: { enumerable: true, get: wallets },
      address_book: { enumerable: true, get: () => config.address_book },
      facility_places: { enumerable: true, get: () => config.facility_places },
    },
  );
}

function standing(wallet: WalletConfig, rows: Standings): WalletConfig {
  const row = rows.get(wallet.id);
  if (row === undefined) return wallet;
  return { ...wallet, declared: wallet.status, status: effectiveStatus(wallet.status, row.state) };
}
