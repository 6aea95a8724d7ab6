/** Between two requests of a command a person may think for longer than the daemon keeps a line open. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { createClient } from "./client.ts";
import type { Io } from "./io.ts";

it("regression: each request has a line of its own, so that one closed meanwhile is no daemon that does not answer", async () => {
  const lines = new Set<unknown>();
  const server = createServer((request, response) => {
    lines.add(request.socket);
    expect(request.headers.connection).toBe("close");
    response.setHeader("content-type", "application/json");
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const client = createClient({ url: `http://127.0.0.1:${port}` }, { env: {} } as Io);
  await client.get("/v1/overview");
  await client.post("/v1/freeze", { reason: "drill" }, "key");
  await client.get("/v1/overview");
  await new Promise((resolve) => server.close(resolve));
  expect(lines.size).toBe(3);
});
