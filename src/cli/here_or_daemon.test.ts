import { expect, it } from "vitest";
import { StoreError } from "../store/index.ts";
import type { CliContext } from "./command.ts";
import { hereOrDaemon } from "./here_or_daemon.ts";

const told: string[] = [];
const context = { io: { err: (text: string) => told.push(text) } } as unknown as CliContext;
const failing = (error: Error) => async (): Promise<string> => {
  throw error;
};

it("computes here where it can, asks the daemon that holds the data, and says so; another failure is nobody else's to answer", async () => {
  const there = async (): Promise<string> => "there";
  expect(await hereOrDaemon(context, async () => "here", there)).toBe("here");
  expect(told).toEqual([]);
  expect(await hereOrDaemon(context, failing(new StoreError("store_locked", "in use")), there)).toBe("there");
  expect(told).toEqual(["A daemon holds the data directory; asking it.\n"]);
  const down = new StoreError("store_unavailable", "down");
  await expect(hereOrDaemon(context, failing(down), there)).rejects.toBe(down);
});
