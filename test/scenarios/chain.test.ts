/** The main job on a real chain with the real daemon, the same story that `npm run demo:chain -- --once` tells. */
import { describe, expect, it, onTestFinished } from "vitest";
import { buildStage, tellStory } from "../../src/sandbox/chain/index.ts";

const STORY_LIMIT_MS = 240_000;

describe("a hot wallet and a 2-of-3 Safe on a real chain", () => {
  it("keeps the balance, waits for two of three, survives a kill -9 between submit and record, and pays each once", {
    timeout: STORY_LIMIT_MS,
  }, async () => {
    const said: string[] = [];
    const stage = await buildStage({ chain_port: 0, daemon_port: 0, say: (sentence) => said.push(sentence) });
    onTestFinished(stage.stop);
    const story = await tellStory(stage);
    expect(story).toMatchObject({
      hot_to_custody: { amount: "72000.000000", state: "settled" },
      custody_to_hot: { amount: "63000.000000", state: "settled", after_one_of_three: "awaiting_approval" },
      killed_between_submit_and_record: { amount: "67500.000000", state: "settled" },
      signatures_needed: 2,
      payments: 3,
      double_payments: 0,
      books_equal_chain: true,
    });
    // The line was cut after the chain had the bytes: nothing but the chain itself could tell.
    expect(stage.proxy.broadcasts()).toBeGreaterThanOrEqual(3);
    expect(said.join("\n")).toContain("found on the chain and not made again");
  });
});
