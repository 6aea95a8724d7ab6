/** What a field for date and time holds, read as UTC: the terminal says all times in UTC. */

/** @example instantOf("2026-01-05T12:30") // "2026-01-05T12:30:00.000Z"; null for nothing, and for what is no time */
export function instantOf(typed: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(typed)) return null;
  const at = Date.parse(`${typed}Z`);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}
