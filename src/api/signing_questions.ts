/**
 * What a venue asks before it signs. The question brings no token of ours: it proves itself by the secret of its URL, and is
 * answered with 200 for yes. Whatever goes wrong on the way is a no.
 */
import { TidegateError } from "../errors/index.ts";
import { judgeSigning } from "../transfers/index.ts";
import { VenueError } from "../venues/index.ts";
import { ApiError } from "./errors.ts";
import { readBytes } from "./http/body.ts";
import type { ApiDeps } from "./types.ts";

const YES = 200;
const NO = 403;

/** @throws ApiError; TidegateError. Only the status 200 lets the venue sign */
export async function answerSigningQuestion(
  request: Request,
  { venue: venue_id, secret }: { readonly venue: string; readonly secret: string },
  { treasury }: ApiDeps,
): Promise<Response> {
  const { deps } = treasury;
  const read = deps.venues.get(venue_id)?.readSigningQuestion;
  if (read === undefined) throw new ApiError("api_not_found", "This venue asks nothing here.");
  const raw = await readBytes(request);
  try {
    const { allowed, code, reason, transfer_id } = await judgeSigning(deps, venue_id, read(raw, secret));
    return json(allowed ? YES : NO, { allowed, code, reason, transfer_id });
  } catch (error) {
    if (error instanceof VenueError && error.code === "venue_auth") {
      deps.log.warn({ venue: venue_id }, "Somebody without the secret asked whether a payment may be signed.");
      throw new ApiError("api_unauthenticated", "The secret is missing or wrong.");
    }
    const code = error instanceof TidegateError ? error.code : "signing_unreadable";
    deps.notifier.notify({
      code: "signing_unreadable",
      severity: "page",
      message: `${venue_id} asked before signing, and could not be answered (${code}): it was told no.`,
      ref: venue_id,
    });
    throw error;
  }
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", "x-content-type-options": "nosniff" },
  });
}
