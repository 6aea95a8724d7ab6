/** `npm start`: set up what is missing, then run the sandbox treasury and its terminal. Arguments go to `tidegate demo`. */
import { join } from "node:path";
import { ensureDependencies, ensureWeb, pickNode, ROOT, runNode } from "./setup.mjs";

ensureDependencies();
const node = pickNode();
ensureWeb(node);
process.exit(await runNode(node, [join(ROOT, "src", "main.ts"), "demo", ...process.argv.slice(2)]));
