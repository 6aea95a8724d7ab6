/**
 * Does the tasks it is sent, one after the other, each in the process's own simulated world. Virtual time does not mind waiting:
 * whatever else runs on the machine goes first.
 */
import { constants, setPriority } from "node:os";
import { runTask, type Task } from "./assurance_tasks.ts";

setPriority(constants.priority.PRIORITY_LOW);
// Nobody is left to tell.
process.on("disconnect", () => process.exit());
process.on("message", (task: Task) => {
  runTask(task).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ failure: error instanceof Error ? error.message : String(error) }),
  );
});
