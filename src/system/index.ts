/** Production adapters of the ports; only the composition root builds them. */
export {
  ed25519SignerFromFile,
  ed25519SignerFromSeed,
  ed25519Verifier,
  generateKeyFile,
  type KeyFile,
} from "./ed25519.ts";
export { fileWitness } from "./file_witness.ts";
export { type HttpWitnessOptions, httpWitness } from "./http_witness.ts";
export { createIds } from "./ids.ts";
export { createLog, type LogLevel } from "./log.ts";
export { createNoticeChannel } from "./notice_channels.ts";
export { createLogNotifier } from "./notifier.ts";
export { createRandom } from "./random.ts";
export { createScaledClock, type ScaledClockOptions } from "./scaled_clock.ts";
export { createSystemClock, sleep } from "./system_clock.ts";
export { startWitness, type WitnessServer, type WitnessServerOptions } from "./witness_server.ts";
