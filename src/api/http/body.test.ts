import { describe, expect, it } from "vitest";
import { BODY_BYTES_MAX, readBytes, readJsonBody } from "./body.ts";

const TOO_LARGE = { code: "api_body_too_large" };
const bytesOf = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(length).fill(32);

function post(body: RequestInit["body"], headers: Record<string, string> = {}): Request {
  return new Request("http://127.0.0.1/", { method: "POST", headers, body, duplex: "half" } as RequestInit);
}
/** Piece by piece, as a body without an announced length comes. */
function inPieces(pieces: number, length: number): ReadableStream<Uint8Array> {
  let left = pieces;
  return new ReadableStream({
    pull: (controller) => {
      if (left === 0) return controller.close();
      left -= 1;
      controller.enqueue(bytesOf(length));
    },
  });
}
const announced = (length: number): Record<string, string> => ({ "content-length": String(length) });

describe("the body of a request", () => {
  it("is read whole, whether its length is announced or not", async () => {
    expect(await readBytes(post(bytesOf(BODY_BYTES_MAX), announced(BODY_BYTES_MAX)))).toHaveLength(BODY_BYTES_MAX);
    expect(await readBytes(post(inPieces(3, 100)))).toHaveLength(300);
    expect(await readBytes(post(null))).toHaveLength(0);
  });

  it("is refused where it is announced too large, before a byte of it is read", async () => {
    const request = post(bytesOf(10), announced(BODY_BYTES_MAX + 1));
    await expect(readBytes(request)).rejects.toMatchObject(TOO_LARGE);
    expect(request.bodyUsed).toBe(false);
  });

  it("is refused where it turns out too large, announced as less or not at all", async () => {
    await expect(readBytes(post(inPieces(2, BODY_BYTES_MAX)))).rejects.toMatchObject(TOO_LARGE);
    await expect(readBytes(post(inPieces(2, BODY_BYTES_MAX), announced(10)))).rejects.toMatchObject(TOO_LARGE);
  });

  it("is JSON or refused", async () => {
    expect(await readJsonBody(post('{"a":"1"}', { "content-type": "application/json" }))).toEqual({ a: "1" });
    const broken = post("{", { "content-type": "application/json" });
    await expect(readJsonBody(broken)).rejects.toMatchObject({ code: "api_body_malformed" });
  });
});
