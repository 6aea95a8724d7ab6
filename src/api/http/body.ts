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
  const announced = announcedLength(request);
  if (announced !== null && announced > BODY_BYTES_MAX) throw tooLarge();
  // A body of a known length cannot be longer, because the server's parser keeps to it: it is read in one piece, at a third of the cost.
  if (announced !== null) return atMost(new Uint8Array(await request.arrayBuffer()));
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > BODY_BYTES_MAX) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Who announces little and sends much does not come through the parser; nor does it come through here. */
function atMost(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength > BODY_BYTES_MAX) throw tooLarge();
  return bytes;
}

/** Null where the request does not say it, and the bytes have to be counted. */
function announcedLength({ headers }: Request): number | null {
  const text = headers.get("content-length");
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function tooLarge(): ApiError {
  return new ApiError("api_body_too_large", `A body may have at most ${BODY_BYTES_MAX} bytes.`);
}
