/** The checks of `tidegate doctor` that need adapters. Each says what it saw; none throws. */
import type { DoctorCheck } from "../cli/index.ts";
import { hostOf } from "../config/index.ts";
import type { TreasuryConfig } from "../config/types.ts";
import { readStanding } from "../daemon/index.ts";
import { TidegateError } from "../errors/index.ts";
import type { Clock, Log } from "../ports/index.ts";
import { MemoryStore, type Store } from "../store/index.ts";
import { findLogSigner, throwawaySigner } from "./keys.ts";
import { createClock, openSandboxCopy } from "./sandbox.ts";
import { daemonDeps, verifySignature } from "./start_daemon.ts";
import { openStore } from "./stores.ts";
import { createWitnesses } from "./witnesses.ts";

export async function inspect(config: TreasuryConfig, log: Log): Promise<readonly DoctorCheck[]> {
  const clock = createClock(config);
  const checks: DoctorCheck[] = [];
  const check = async (name: string, look: () => Promise<string>): Promise<void> => {
    try {
      checks.push({ name, ok: true, detail: await look() });
    } catch (error) {
      checks.push({ name, ok: false, detail: error instanceof Error ? error.message : String(error) });
    }
  };
  await check("store", async () => {
    const store = await openStore(config, clock);
    try {
      await check("audit log", () => lookAtLog(config, clock, store));
      return (await store.check()).detail;
    } finally {
      await store.close();
    }
  });
  const sandbox = await openSandboxCopy(config, clock);
  try {
    const parts = { clock, store: new MemoryStore({ clock }), sandbox, log, log_signer: throwawaySigner() };
    const { venues, price_sources } = daemonDeps(config, parts);
    for (const venue of venues.values()) {
      const hosts = hostsOf(config.venues.find(({ id }) => id === venue.id)?.options);
      await check(`venue ${venue.id}`, () => {
        const verified = venue.verify().then(() => "answers, and accepts the credentials");
        return namingHosts(hosts, verified);
      });
      await venue.close();
    }
    const [asset] = config.assets.keys();
    for (const source of price_sources) {
      const hosts = hostsOf(config.prices.sources.find(({ id }) => id === source.id)?.options);
      await check(`price source ${source.id}`, async () => {
        if (asset !== undefined) await namingHosts(hosts, source.fetchQuote(asset, config.currency.id));
        return "quotes";
      });
    }
  } finally {
    await sandbox?.stop();
  }
  return checks;
}

/** Every address in the options, by its host alone: a path may hold a key. */
function hostsOf(options: unknown): readonly string[] {
  if (typeof options === "string") return URL.canParse(options) && options.includes("://") ? [hostOf(options)] : [];
  if (typeof options !== "object" || options === null) return [];
  return [...new Set(Object.values(options).flatMap(hostsOf))];
}

/** A failure says what was tried, unless it does so itself. */
async function namingHosts<T>(hosts: readonly string[], tried: Promise<T>): Promise<T> {
  try {
    return await tried;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const silent = hosts.filter((host) => !message.includes(new URL(host).host));
    throw silent.length === 0 ? error : new Error(`${message} Tried: ${silent.join(", ")}.`, { cause: error });
  }
}

/** Whether this database is the newest one, as far as the checkpoints outside it know. */
async function lookAtLog(config: TreasuryConfig, clock: Clock, store: Store): Promise<string> {
  const log_signer = await findLogSigner(config.store.data_dir);
  if (log_signer === null) return "nothing was signed yet";
  const witnesses = await createWitnesses(config);
  const deps = { config, clock, store, log_signer, witnesses, verifier: verifySignature };
  const { faults, unreadable } = await readStanding(deps);
  const said = [...faults, ...unreadable].map(({ witness, message }) => `${witness}: ${message}`);
  if (said.length > 0) throw new TidegateError("conflict", "audit_loss_not_accepted", said.join(" "));
  return `continues the checkpoints of ${witnesses.map(({ id }) => id).join(", ") || "no witness"}`;
}
