/**
 * `npm run demo:chain`: the main job on a local chain, shown and left running for your own hands.
 * `npm run demo:chain -- --once --json`: the whole story with a crash, once, and what the chain says about it.
 */
import { parseArgs } from "node:util";
import { TidegateError } from "../../errors/index.ts";
import { type BuiltStage, buildStage } from "./stage.ts";
import { drain, relieve, type Story, tellStory } from "./story.ts";
import { awaitTransfer, listTransfers } from "./treasury_api.ts";

const CHAIN_PORT = 8_545;
const DAEMON_PORT = 8_420;
const ROUNDS_MAX = 1_000;
/** People may take their time: as long as an approval lasts. */
const APPROVAL_LIMIT_MS = 24 * 3_600_000;

const HELP = `npm run demo:chain [-- --once] [-- --json]
  --once   run the whole story once, with a kill -9 in the middle, and end
  --json   print the result as JSON on stdout; what happens is said on stderr
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { once: { type: "boolean" }, json: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  const ports =
    values.once === true ? { chain_port: 0, daemon_port: 0 } : { chain_port: CHAIN_PORT, daemon_port: DAEMON_PORT };
  const stage = await buildStage({ ...ports, say: (sentence) => process.stderr.write(`${sentence}\n`) });
  const stopping = untilSignal();
  try {
    if (values.once !== true) return await Promise.race([show(stage), stopping]);
    return await Promise.race([tellStory(stage).then((story) => conclude(story, values.json === true)), stopping]);
  } finally {
    await stage.stop();
  }
}

function conclude(story: Story, json: boolean): number {
  process.stdout.write(`${json ? JSON.stringify(story) : JSON.stringify(story, null, 2)}\n`);
  return story.double_payments === 0 && story.books_equal_chain ? 0 : 1;
}

/** Round after round: a surplus leaves by itself, a shortage waits for you. */
async function show(stage: BuiltStage): Promise<number> {
  const daemon = await stage.startDaemon();
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    await relieve(stage, daemon);
    const proposed = await drain(stage, daemon);
    const known = new Set((await listTransfers(daemon.url)).map((item) => item.id).filter((id) => id !== proposed.id));
    stage.say(`
${proposed.amount.amount} USDT wait in the Safe for two of three owners. Sign as two of them:
  ./tidegate approve ${proposed.id} --key data/evm-safe/keys/ana.json
  ./tidegate approve ${proposed.id} --key data/evm-safe/keys/ben.json
The terminal is at ${daemon.url}, the chain at ${stage.chain_url}. Ctrl-C ends everything.
`);
    const ended = ["settled", "failed", "denied", "expired", "cancelled"];
    const after = await awaitTransfer(daemon.url, "reserve_to_liquidity", ended, known, APPROVAL_LIMIT_MS);
    stage.say(`The transfer is ${after.state}.`);
  }
  return 0;
}

function untilSignal(): Promise<number> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve(0));
    process.once("SIGTERM", () => resolve(0));
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof TidegateError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = error.exit_code;
}
