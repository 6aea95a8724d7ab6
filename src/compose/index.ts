/** The composition root: the only room that builds adapters and wires them. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import packageJson from "../../package.json" with { type: "json" };
import type { Composition, RunOptions } from "../cli/index.ts";
import { loadConfig } from "../config/index.ts";
import { ed25519SignerFromFile } from "../system/index.ts";
import { showPsbtFile, signPsbtFile } from "../venues/bitcoin/index.ts";
import { signOwnerFile, signRejectionFile } from "../venues/safe/index.ts";
import { exercise, listVenueTypes } from "./exercise.ts";
import { inspect } from "./inspect.ts";
import { ensureSandboxKeys } from "./keys.ts";
import { processLog } from "./log.ts";
import { planOnce } from "./plan_once.ts";
import { readLedger } from "./read_ledger.ts";
import { startDaemon, verifySignature } from "./start_daemon.ts";
import { PRICE_OPTIONS, VENUE_OPTIONS } from "./venue_types.ts";
import { startWitness } from "./witness.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export function createComposition(env: NodeJS.ProcessEnv): Composition {
  const log = processLog(env);
  return {
    version: packageJson.version,
    sandbox_config: join(ROOT, "examples", "sandbox", "tidegate.yaml"),
    loadConfig: async (path, options: RunOptions) => {
      const load = { env, overrides: options, venue_options: VENUE_OPTIONS, price_options: PRICE_OPTIONS };
      await ensureSandboxKeys(path, load);
      return loadConfig(path, load);
    },
    startDaemon: (config) => startDaemon(config, log),
    planOnce: (config) => planOnce(config, log),
    readLedger,
    venueTypes: listVenueTypes,
    exercise,
    inspect: (config) => inspect(config, log),
    loadSigner: ed25519SignerFromFile,
    signSafe: signOwnerFile,
    signRejection: signRejectionFile,
    showPsbt: showPsbtFile,
    signPsbt: signPsbtFile,
    startWitness,
    verifier: verifySignature,
  };
}
