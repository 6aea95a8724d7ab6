/**
 * Somebody of the sandbox's operations team who reads the statements of the wallets without an interface: twice a day he enters what
 * each of them says, and another person confirms it. Nobody trades there, so every statement says the same.
 */
import type { TreasuryConfig, WalletConfig } from "../config/types.ts";
import type { DaemonDeps, Treasury } from "../daemon/types.ts";
import { TidegateError } from "../errors/index.ts";
import type { Instant } from "../ports/index.ts";
import { isManual, latestEntered, waitingOn } from "../wallets/index.ts";
import { type Routine, startRoutine } from "./routine.ts";

const HOUR_MS = 3_600_000;
const EVERY_MS = 12 * HOUR_MS;
const LOOK_MS = HOUR_MS;
/** Whole units on each statement. */
const STATED = 40_000n;

export type StatementsTreasury = Pick<Treasury, "proposeWallet"> & {
  readonly deps: Pick<DaemonDeps, "clock" | "store"> & {
    readonly config: Pick<TreasuryConfig, "assets" | "authority" | "venues" | "wallets">;
  };
};

/** Enters until `stop`; a proposal that is refused is tried again at the next look. */
export function startStatements(treasury: StatementsTreasury): Routine {
  return startRoutine({ clock: treasury.deps.clock, every_ms: LOOK_MS, look: () => enterStatements(treasury) });
}

/** Enters every statement that is due. */
export async function enterStatements(treasury: StatementsTreasury): Promise<void> {
  const { config, clock } = treasury.deps;
  for (const wallet of config.wallets) {
    if (wallet.status !== "active" || !isManual(config, wallet)) continue;
    if (await isDue(treasury, wallet, clock.now())) await enter(treasury, wallet, clock.now());
  }
}

/** Not while one waits to be confirmed: its person has to look at that one. */
async function isDue({ deps }: StatementsTreasury, { id }: WalletConfig, now: Instant): Promise<boolean> {
  return deps.store.read("sandbox.statement", async (tx) => {
    const last = await latestEntered(tx, id);
    if (last !== null && now - last.as_of < EVERY_MS) return false;
    const waiting = await waitingOn(tx, id, "balance");
    return waiting === null || waiting.terms.expires_at <= now;
  });
}

async function enter(treasury: StatementsTreasury, { id, asset }: WalletConfig, now: Instant): Promise<void> {
  const { assets, authority } = treasury.deps.config;
  const [person] = authority.people;
  if (person === undefined) return;
  const day = new Date(now).toISOString().slice(0, 10);
  try {
    await treasury.proposeWallet({
      ...{ wallet_id: id, what: "balance", amount: STATED * 10n ** BigInt(assets.get(asset)?.decimals ?? 0) },
      ...{ as_of: now, evidence: `statement of ${day}`, references: [], proposed_by: `person:${person.id}` },
    });
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
  }
}
