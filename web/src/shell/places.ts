/** The screens, their paths and the letter that follows `g`. */
import type { IconName } from "../widgets/icon.tsx";

export interface Place {
  readonly name: string;
  readonly path: string;
  readonly key: string;
  readonly icon: IconName;
}

export const PLACES: readonly Place[] = [
  { name: "Overview", path: "/", key: "o", icon: "overview" },
  { name: "Decisions", path: "/decisions", key: "d", icon: "decisions" },
  { name: "Transfers", path: "/transfers", key: "t", icon: "transfers" },
  { name: "Approvals", path: "/approvals", key: "a", icon: "approvals" },
  { name: "Credit", path: "/credit", key: "c", icon: "credit" },
  { name: "Wallets", path: "/wallets", key: "w", icon: "wallets" },
  { name: "Books", path: "/books", key: "b", icon: "books" },
  { name: "Venues", path: "/venues", key: "v", icon: "venues" },
  { name: "Simulate", path: "/simulate", key: "s", icon: "simulate" },
  { name: "Audit", path: "/audit", key: "u", icon: "audit" },
];

const INSIDE: Readonly<Record<string, string>> = { "/expected": "/wallets", "/breaks": "/wallets" };

/** Of a screen that stands in no rail, the place that leads to it. */
function homeOf(location: string): string {
  const [, first = ""] = location.split("/");
  return INSIDE[`/${first}`] ?? location;
}

/** True for the place itself and for what is opened inside it. */
export function isAt(place: Place, location: string): boolean {
  const at = homeOf(location);
  return place.path === "/" ? at === "/" : at === place.path || at.startsWith(`${place.path}/`);
}
