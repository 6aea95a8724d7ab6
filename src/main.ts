/** Tidegate's entry: the command line over the composition root. */
import { runCli } from "./cli/index.ts";
import { createComposition } from "./compose/index.ts";

process.exitCode = await runCli(process.argv.slice(2), createComposition(process.env));
