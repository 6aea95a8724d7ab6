/** Who may call what: permissions by role. The matrix of the documentation is printed from this table. */
import type { Role } from "../authority/types.ts";

export const PERMISSIONS = ["read", "export", "freeze", "announce", "transfer", "vote", "resume"] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** A vote counts by its signature and the person's role in the quorum; `vote` only lets it be posted. */
export const PERMISSIONS_BY_ROLE: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ["read"],
  auditor: ["read", "export"],
  operator: ["read", "export", "freeze", "announce", "transfer"],
  /** A system of the exchange's own: it says which customers' flows are to come, and asks for no transfer. */
  back_office: ["read", "announce"],
  approver: ["read", "freeze", "vote"],
  admin: ["read", "export", "freeze", "announce", "transfer", "vote", "resume"],
};

export function permissionsOf(roles: readonly string[]): ReadonlySet<Permission> {
  return new Set(roles.flatMap((role) => PERMISSIONS_BY_ROLE[role as Role] ?? []));
}
