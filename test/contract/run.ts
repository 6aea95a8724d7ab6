/**
 * `npm run venues:contract -- --spec FILE [--spec FILE] --venue NAME`: drives the connector of a venue against its fake with the
 * vendor's own OpenAPI files in between. Exit 0: nothing was outside the contract; 1: the list of what was.
 */
import { parseArgs } from "node:util";
import { BITGO_WORDS, exerciseBitgo } from "./exercise_bitgo.ts";
import type { Words } from "./names.ts";
import { Referee } from "./referee.ts";

interface Exercise {
  readonly words: Words;
  readonly run: (referee: Referee) => Promise<void>;
}

const EXERCISES: ReadonlyMap<string, Exercise> = new Map([["bitgo", { words: BITGO_WORDS, run: exerciseBitgo }]]);

const { values } = parseArgs({ options: { spec: { type: "string", multiple: true }, venue: { type: "string" } } });
const exercise = EXERCISES.get(values.venue ?? "");
if (exercise === undefined || values.spec === undefined) {
  process.stderr.write(`usage: --spec FILE [--spec FILE] --venue ${[...EXERCISES.keys()].join("|")}\n`);
  process.exit(2);
}
const referee = await Referee.create(values.spec, exercise.words);
await exercise.run(referee);
const operations = [...referee.exercised].sort(([a], [b]) => a.localeCompare(b));
for (const [id, times] of operations) process.stdout.write(`${id} ${times}\n`);
for (const { operation, side, message } of referee.violations) {
  process.stdout.write(`VIOLATION ${operation} ${side}: ${message}\n`);
}
process.stdout.write(`${operations.length} operations exercised, ${referee.violations.length} violations\n`);
process.exitCode = referee.violations.length === 0 ? 0 : 1;
