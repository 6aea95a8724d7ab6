/** Who a request speaks for: a bearer token compared by hash in constant time, or whoever is on this machine when none is set. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { TreasuryConfig } from "../../config/types.ts";
import { ApiError } from "../errors.ts";
import { PERMISSIONS, type Permission, permissionsOf } from "../permissions.ts";
import type { Caller } from "../types.ts";

/** Everybody on the machine, where no tokens are configured; a vote needs a signature all the same. */
const OPEN_CALLER: Caller = { person_id: null, permissions: new Set(PERMISSIONS), actor: "local" };

/** @throws ApiError api_unauthenticated */
export function identify(request: Request, config: TreasuryConfig): Caller {
  return config.api.tokens.length === 0 ? OPEN_CALLER : tokenCaller(request, config);
}

/** @throws ApiError api_forbidden */
export function demandPermission(caller: Caller, permission: Permission): void {
  if (caller.permissions.has(permission)) return;
  throw new ApiError("api_forbidden", `This token has no permission "${permission}".`, { permission });
}

function tokenCaller(request: Request, config: TreasuryConfig): Caller {
  const token = bearerToken(request);
  if (token === null) {
    throw new ApiError("api_unauthenticated", "Send a token: Authorization: Bearer <token>.");
  }
  const hash = createHash("sha256").update(token, "utf8").digest();
  // Every entry is compared, so that the time says nothing about which one matched.
  const matching = config.api.tokens.filter((entry) => timingSafeEqual(Buffer.from(entry.sha256, "hex"), hash));
  const [entry] = matching;
  if (entry === undefined) throw new ApiError("api_unauthenticated", "This token is not known.");
  return { person_id: entry.person, permissions: permissionsOf(entry.roles), actor: `person:${entry.person}` };
}

function bearerToken(request: Request): string | null {
  return /^Bearer ([\x21-\x7e]{1,512})$/.exec(request.headers.get("authorization") ?? "")?.[1] ?? null;
}
