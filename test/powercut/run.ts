/**
 * `npm run test:powercut`: cuts the power at several moments of an embedded store's life. Nothing acknowledged may be lost;
 * the control, without the cure, must lose, or the test would prove nothing. Root only. Results as JSON lines on stdout.
 */
import { cutPower, missingForPowerCuts, type PowerCut } from "./power_cut.ts";

const LONG_MS = 14_000;
const CUTS: [string, PowerCut][] = [
  ["just created", { after_ms: 200, payload_bytes: 0, sync: true }],
  ["a second old", { after_ms: 1_000, payload_bytes: 0, sync: true }],
  ["small commits for long", { after_ms: LONG_MS, payload_bytes: 0, sync: true }],
  ["across log segments and checkpoints", { after_ms: LONG_MS, payload_bytes: 20_000, sync: true }],
  ["across log segments, another moment", { after_ms: 7_300, payload_bytes: 50_000, sync: true }],
  ["control: without syncs", { after_ms: 3_000, payload_bytes: 0, sync: false }],
];

const missing = missingForPowerCuts();
if (missing !== null) {
  process.stderr.write(`${missing}\n`);
  process.exit(1);
}
let failed = 0;
for (const [name, cut] of CUTS) {
  const result = await cutPower(cut);
  const kept = result.found !== null && result.found >= result.acked && result.consistent;
  const passed = cut.sync ? kept && result.acked > 0 : !kept;
  if (!passed) failed += 1;
  process.stdout.write(`${JSON.stringify({ name, ...cut, ...result, passed })}\n`);
}
process.stdout.write(`${CUTS.length - failed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
