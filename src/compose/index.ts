/** The composition root: the only room that builds adapters and wires them. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import packageJson from "../../package.json" with { type: "json" };
import type { Composition, RunOptions } from "../cli/index.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Each piece is loaded when it is asked for: a command that only asks the daemon starts without venues, store and server. */
export function createComposition(env: NodeJS.ProcessEnv): Composition {
  const log = async () => (await import("./log.ts")).processLog(env);
  const daemon = () => import("./start_daemon.ts");
  const venues = () => import("./exercise.ts");
  const owners = () => import("../venues/safe/index.ts");
  const cosigners = () => import("../venues/bitcoin/index.ts");
  return {
    version: packageJson.version,
    sandbox_config: join(ROOT, "examples", "sandbox", "tidegate.yaml"),
    loadConfig: async (path, options: RunOptions) => {
      const [{ loadConfig }, { PRICE_OPTIONS, VENUE_OPTIONS }, { ensureSandboxKeys }] = await Promise.all([
        import("../config/index.ts"),
        import("./venue_types.ts"),
        import("./keys.ts"),
      ]);
      const load = { env, overrides: options, venue_options: VENUE_OPTIONS, price_options: PRICE_OPTIONS };
      await ensureSandboxKeys(path, load);
      return loadConfig(path, load);
    },
    startDaemon: async (config) => (await daemon()).startDaemon(config, await log()),
    planOnce: async (config) => (await import("./plan_once.ts")).planOnce(config, await log()),
    readLedger: async (...asked) => (await import("./read_ledger.ts")).readLedger(...asked),
    venueTypes: async () => (await venues()).listVenueTypes(),
    exercise: async (...asked) => (await venues()).exercise(...asked),
    inspect: async (config) => (await import("./inspect.ts")).inspect(config, await log()),
    loadSigner: async (path) => (await import("../system/index.ts")).ed25519SignerFromFile(path),
    signSafe: async (signing) => (await owners()).signOwnerFile(signing),
    signRejection: async (signing) => (await owners()).signRejectionFile(signing),
    showPsbt: async (...files) => (await cosigners()).showPsbtFile(...files),
    signPsbt: async (...files) => (await cosigners()).signPsbtFile(...files),
    startWitness: async (options) => (await import("./witness.ts")).startWitness(options),
    verifier: async (input) => (await daemon()).verifySignature(input),
  };
}
