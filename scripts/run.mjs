/** `node scripts/run.mjs FILE ARGS...`: set up what is missing, then run a script with a Node that runs TypeScript. */
import { ensureDependencies, pickNode, runNode } from "./setup.mjs";

ensureDependencies();
process.exit(await runNode(pickNode(), process.argv.slice(2)));
