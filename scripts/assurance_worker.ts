/**
 * Does the tasks it is sent, one after the other, each in the process's own simulated world. Virtual time does not mind waiting:
 * whatever else runs on the machine goes first.
 */
import { writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { runTask, type Task } from "./assurance_tasks.ts";

giveWay();
// Nobody is left to tell.
process.on("disconnect", () => process.exit());
process.on("message", (task: Task) => {
  runTask(task).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ failure: error instanceof Error ? error.message : String(error) }),
  );
});

/** Where Linux shares processors between sessions first (autogroup), a low priority counts within the session alone: it has one too. */
function giveWay(): void {
  setPriority(constants.priority.PRIORITY_LOW);
  try {
    writeFileSync("/proc/self/autogroup", String(constants.priority.PRIORITY_LOW));
  } catch {
    // Another system, or one that shares by process.
  }
}
