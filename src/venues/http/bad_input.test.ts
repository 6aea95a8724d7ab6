/** What a vendor may answer in place of an answer, over a real line: each has its code, and a sentence that says what it was. */
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createSeededRandom } from "../../ports/index.ts";
import { HurriedClock } from "../conformance/hurried_clock.ts";
import { BODY_BYTES_MAX, HttpClient } from "./client.ts";
import { createFetchPort } from "./fetch_port.ts";
import { readSubmit } from "./outcome.ts";
import { collectPages } from "./pages.ts";
import { get, readShape, readStatus } from "./shapes.ts";
import type { HttpReply } from "./types.ts";
import { AssetCodec } from "./units.ts";

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const problem = z.object({ error: z.string() });
const readError = ({ body }: HttpReply) => {
  const said = problem.safeParse(body).data;
  return said === undefined ? null : { code: "said", message: said.error, untaken: false };
};

async function clientOf(listener: RequestListener): Promise<HttpClient> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return new HttpClient({
    ...{ venue: "acme", base_url: `http://127.0.0.1:${port}`, readError, limits: [] },
    ...{ clock: new HurriedClock(1_800_000_000_000), random: createSeededRandom(1), port: createFetchPort() },
  });
}

const json = (status: number, body: unknown) => (_request: unknown, response: ServerResponse) =>
  void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
const balance = z.object({ balance: z.string() });

/** Ten million bytes and more, without saying so beforehand. */
const endless: RequestListener = (_request, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  const piece = " ".repeat(1024 * 1024);
  for (let sent = 0; sent <= BODY_BYTES_MAX; sent += piece.length) response.write(piece);
  response.end('{"balance":"1"}');
};

describe("a read that gets", () => {
  it.each<[string, RequestListener, string, RegExp]>([
    ["a refusal of wrong keys", json(401, { error: "Unknown key." }), "venue_auth", /401: Unknown key\./],
    ["a refusal of revoked credentials", json(403, { error: "Key revoked." }), "venue_auth", /403: Key revoked\./],
    [
      "a page for people",
      (_q, r) => void r.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><h1>Maintenance</h1>"),
      "venue_invalid",
      /a page for people/,
    ],
    ["an error with a good status", json(200, { error: "No such wallet." }), "venue_invalid", /No such wallet\./],
    ["a body of more than ten megabytes", endless, "venue_invalid", /10485760 bytes/],
    ["another shape than was promised", json(200, { balance: [1] }), "venue_invalid", /balance/],
  ])("%s says so", async (_name, listener, code, says) => {
    const client = await clientOf(listener);
    const reading = client.read(get("/balance")).then((body) => readShape(balance, body, "balance"));
    await expect(reading).rejects.toMatchObject({ code, message: expect.stringMatching(says) });
  });

  it("the same page again and again stops, and says that the list turns in a circle", async () => {
    let asked = 0;
    const client = await clientOf((request, response) => {
      asked += 1;
      json(200, { rows: [asked], next: "2" })(request, response);
    });
    const page = z.object({ rows: z.array(z.unknown()), next: z.string().nullable() });
    const reading = collectPages(async (cursor) =>
      readShape(page, await client.read(get("/list", { after: cursor ?? "" })), "list"),
    );
    await expect(reading).rejects.toMatchObject({ code: "venue_invalid", message: /circle/ });
    expect(asked).toBe(2);
  });

  it("an amount with more decimals than our registry has is refused, and never rounded", async () => {
    const client = await clientOf(json(200, { balance: "1.0000001" }));
    const { balance: text } = readShape(balance, await client.read(get("/balance")), "balance");
    const codec = new AssetCodec(new Map([["USDT", { id: "USDT", decimals: 6 }]]));
    expect(() => codec.reader("USDT")(text)).toThrow(expect.objectContaining({ code: "venue_invalid" }));
    expect(() => codec.reader("DOGE")("1")).toThrow(/DOGE/);
  });
});

it("a status word that nobody knows is pending, and never final", () => {
  expect(readStatus({ done: { stage: "final", status: "succeeded" } }, "RESTING")).toMatchObject({
    ...{ status: "pending", final: false },
  });
});

describe("a submit that gets", () => {
  it.each<[string, RequestListener]>([
    ["a page for people", (_q, r) => void r.writeHead(200, { "content-type": "text/html" }).end("<html>")],
    ["an error with a good status", json(200, { error: "Try later." })],
    ["a body of more than ten megabytes", endless],
  ])("%s is unknown: nobody knows whether it was taken", async (_name, listener) => {
    const client = await clientOf(listener);
    const result = await client.submit({ method: "POST", target: "/pay", body: "{}", headers: {} });
    expect(readSubmit({ readAccepted: () => null, readError }, result)).toMatchObject({ outcome: "unknown" });
  });

  it("a refusal in the venue's own words, of credentials that were revoked under way, is one", async () => {
    const client = await clientOf(json(401, { error: "Key revoked." }));
    const result = await client.submit({ method: "POST", target: "/pay", body: "{}", headers: {} });
    expect(readSubmit({ readAccepted: () => null, readError }, result)).toMatchObject({
      ...{ outcome: "rejected", message: expect.stringContaining("Key revoked.") },
    });
  });
});
