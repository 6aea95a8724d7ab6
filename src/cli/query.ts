/** @example queryOf({ pool_id: "usdt", verdict: undefined }) // "?pool_id=usdt" */
export function queryOf(params: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value !== undefined) query.set(name, value);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
