/**
 * Writes what is generated from the sources: the schemas, the reference, and the blocks of hand-written pages that come from
 * tables in the code. `--check` writes nothing and fails, naming every file that is not what its sources say.
 */
import { GENERATED_FILES } from "./generate/files.ts";
import { GenerationError, ROOT } from "./generate/sources.ts";
import { driftSentence, writeDrifted } from "./generate/write.ts";

const check = process.argv.includes("--check");

try {
  const drifted = await writeDrifted(GENERATED_FILES, ROOT, check);
  if (!check) for (const path of drifted) process.stderr.write(`wrote ${path}\n`);
  else if (drifted.length > 0) {
    process.stderr.write(`${driftSentence(drifted)}\n`);
    process.exitCode = 1;
  }
} catch (error) {
  if (!(error instanceof GenerationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
