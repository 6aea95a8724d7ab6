/**
 * `npm run demo:bitcoin`: the main job on a local Bitcoin node, shown and left running for your own hands.
 * `npm run demo:bitcoin -- --once --json`: the whole story, once, and what the chain says about it.
 */
import { parseArgs } from "node:util";
import { TidegateError } from "../../errors/index.ts";
import { awaitTransfer, listTransfers } from "../chain/index.ts";
import { type BuiltBitcoinStage, buildBitcoinStage } from "./demo_stage.ts";
import { type BitcoinStory, drain, relieve, tellBitcoinStory } from "./demo_story.ts";

const NODE_PORT = 18_443;
const DAEMON_PORT = 8_420;
const ROUNDS_MAX = 1_000;
/** People may take their time: as long as an approval lasts. */
const APPROVAL_LIMIT_MS = 24 * 3_600_000;

const HELP = `npm run demo:bitcoin [-- --once] [-- --json]
  --once   run the whole story once, and end
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
  const once = values.once === true;
  const ports = once ? { node_port: 0, daemon_port: 0 } : { node_port: NODE_PORT, daemon_port: DAEMON_PORT };
  const stage = await buildBitcoinStage({ ...ports, say: (sentence) => process.stderr.write(`${sentence}\n`) });
  const stopping = untilSignal();
  try {
    if (!once) return await Promise.race([show(stage), stopping]);
    const telling = tellBitcoinStory(stage).then((story) => conclude(story, values.json === true));
    return await Promise.race([telling, stopping]);
  } finally {
    await stage.stop();
  }
}

function conclude(story: BitcoinStory, json: boolean): number {
  process.stdout.write(`${json ? JSON.stringify(story) : JSON.stringify(story, null, 2)}\n`);
  return story.double_payments === 0 && story.books_equal_chain ? 0 : 1;
}

/** Round after round: a surplus leaves by itself, a shortage waits for you. */
async function show(stage: BuiltBitcoinStage): Promise<number> {
  const daemon = await stage.startDaemon();
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    await relieve(stage, daemon);
    const proposed = await drain(stage, daemon);
    const known = new Set((await listTransfers(daemon.url)).map(({ id }) => id).filter((id) => id !== proposed.id));
    stage.say(`
${proposed.amount.amount} BTC wait in custody for two of three cosigners. Be two of them:
  ./tidegate psbt export ${proposed.id} --out trf.psbt
  ./tidegate psbt show trf.psbt --wallet data/bitcoin/keys/vault.json
  ./tidegate psbt sign trf.psbt --key data/bitcoin/keys/ana.json --out ana.psbt
  ./tidegate psbt import ${proposed.id} ana.psbt --as ana
  ./tidegate psbt sign trf.psbt --key data/bitcoin/keys/ben.json --out ben.psbt
  ./tidegate psbt import ${proposed.id} ben.psbt --as ben
The terminal is at ${daemon.url}. Ctrl-C ends everything.
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
