/** A stop is a stop, also when nothing is ready and the other side of every line is silent. */
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { writeKeyFiles } from "../../src/sandbox/chain/key_files.ts";
import { ROOT, startTidegate } from "../parts/process.ts";
import { makeWorkplace } from "../parts/process_config.ts";

const STOP_MS_MAX = 5_000;
const STORY_LIMIT_MS = 120_000;

it("ends within 5 s while a chain's node takes every call and answers none", { timeout: STORY_LIMIT_MS }, async () => {
  const place = makeWorkplace();
  onTestFinished(place.remove);
  const node = await startSilence();
  onTestFinished(node.stop);
  const keys = join(place.dir, "keys");
  await writeKeyFiles(keys);
  const example = readFileSync(join(ROOT, "examples", "evm-safe", "tidegate.yaml"), "utf8");
  const config = join(place.dir, "tidegate.yaml");
  writeFileSync(config, example.replaceAll("../../data/evm-safe/keys", keys).replace("../../data/evm-safe", "data"));
  const env = { TIDEGATE_EVM_RPC_URL: node.url };
  const tidegate = await startTidegate(["run", "-c", config], { env, until: "listening" });
  onTestFinished(() => tidegate.kill());
  expect(await tidegate.ask("GET", "/livez")).toMatchObject({ status: 200 });
  while (node.calls() === 0) await sleep(20);
  expect(await tidegate.ask("GET", "/readyz")).toMatchObject({ status: 503, body: { status: "unavailable" } });
  const stopped = await tidegate.stop("SIGTERM");
  expect(stopped).toMatchObject({ exit_code: 0, stderr: expect.stringContaining("SIGTERM: stopping ...\n") });
  expect(stopped.took_ms).toBeLessThan(STOP_MS_MAX);
});

interface Silence {
  readonly url: string;
  calls(): number;
  stop(): Promise<void>;
}

function startSilence(): Promise<Silence> {
  const sockets = new Set<Socket>();
  let calls = 0;
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("data", () => {
      calls += 1;
    });
    socket.on("error", () => socket.destroy());
  });
  const stop = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      resolve({ url: `http://127.0.0.1:${port}`, calls: () => calls, stop });
    });
  });
}
