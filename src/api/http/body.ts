/** Reads a JSON body within a limit, counted while it arrives. */
import { ApiError } from "../errors.ts";

export const BODY_BYTES_MAX = 256 * 1024;

/**
 * The parsed body; undefined when there is none.
 * @throws ApiError api_body_too_large | api_body_malformed | api_media_type
 */
export async function readJsonBody(request: Request): Promise<unknown> {
  const text = Buffer.from(await readBytes(request)).toString("utf8");
  if (text === "") return undefined;
  const media = (request.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (media !== "application/json") {
    throw new ApiError("api_media_type", "Send the body as application/json.");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError("api_body_malformed", "The body is not valid JSON.");
  }
}

/** The bytes as they came. @throws ApiError api_body_too_large */
export async function readBytes(request: Request): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > BODY_BYTES_MAX) {
      throw new ApiError("api_body_too_large", `A body may have at most ${BODY_BYTES_MAX} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
