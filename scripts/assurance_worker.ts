/** Does the tasks it is sent, one after the other, each in the process's own simulated world. */
import { runTask, type Task } from "./assurance_tasks.ts";

process.on("message", (task: Task) => {
  runTask(task).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ failure: error instanceof Error ? error.message : String(error) }),
  );
});
