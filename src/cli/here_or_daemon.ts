/** One daemon at a time holds a data directory: what cannot be computed here because one does is asked of it. */
import { TidegateError } from "../errors/index.ts";
import type { CliContext } from "./command.ts";

/**
 * What `here` computes; what `there` answers where another process holds the data, which is said to the person.
 * @throws whatever `here` throws but store_locked; CliError daemon_unreachable
 */
export async function hereOrDaemon<T>({ io }: CliContext, here: () => Promise<T>, there: () => Promise<T>): Promise<T> {
  try {
    return await here();
  } catch (error) {
    if (!(error instanceof TidegateError) || error.code !== "store_locked") throw error;
    io.err("A daemon holds the data directory; asking it.\n");
    return there();
  }
}
