/** Several looks at once: what they read travels together, and of what forbids, the first in the given order is told. */

/** @throws whatever the first of them threw that failed, in the order given */
export async function allOf(looks: readonly Promise<unknown>[]): Promise<void> {
  for (const one of await Promise.allSettled(looks)) if (one.status === "rejected") throw one.reason;
}
