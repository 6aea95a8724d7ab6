/**
 * `tidegate` itself, except that its sandbox is run by another process: several daemons share one set of venues and one treasury
 * time. Where they are is in TIDEGATE_TEST_WORLD, written by `startSharedWorld`.
 */
import { runCli } from "../../src/cli/index.ts";
import { createComposition } from "../../src/compose/index.ts";
import { processLog } from "../../src/compose/log.ts";
import { type Surroundings, startDaemon } from "../../src/compose/start_daemon.ts";
import { createScaledClock } from "../../src/system/index.ts";
import { readAddresses, timeOf } from "./daemons_world.ts";

const addresses = readAddresses(process.env.TIDEGATE_TEST_WORLD ?? "");

const surroundings: Surroundings = {
  createClock: () => createScaledClock(timeOf(addresses)),
  openSandbox: async () => {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const { venues, price_feeds } = addresses;
    return { venues: new Map(venues), price_feeds: new Map(price_feeds), ended, stop: async () => resolve() };
  },
};

process.exitCode = await runCli(process.argv.slice(2), {
  ...createComposition(process.env),
  startDaemon: (config) => startDaemon(config, processLog(process.env), surroundings),
});
