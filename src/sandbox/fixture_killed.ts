/** Run as a process of its own: asks a world for transfers, says which were taken, and kills itself in the middle. */
import { writeSync } from "node:fs";
import { requestOf, START, worldOf } from "./fixtures.ts";
import { HOUR_MS } from "./flows.ts";

const KILLED_AT = 20;
const STDOUT = 1;
const world = worldOf({ data_dir: process.argv[2] ?? "" });
for (let count = 1; ; count += 1) {
  world.advance(START + count * HOUR_MS);
  const result = world.submit(requestOf(world, "northvault", { reference: `r${count}` }));
  if (result.taken) writeSync(STDOUT, `${result.transfer.reference}\n`);
  if (count === KILLED_AT) process.kill(process.pid, "SIGKILL");
}
