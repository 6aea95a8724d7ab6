/** The main job on a real Bitcoin node with the real daemon, the same story that `npm run demo:bitcoin -- --once` tells. */
import { expect, it, onTestFinished } from "vitest";
import { buildBitcoinStage, tellBitcoinStory } from "../../src/sandbox/bitcoin/index.ts";

const STORY_LIMIT_MS = 360_000;

it("keeps hot wallet and custody in balance on Bitcoin, waits for two of three cosigners, and pays each once", {
  timeout: STORY_LIMIT_MS,
}, async () => {
  const said: string[] = [];
  const stage = await buildBitcoinStage({ node_port: 0, daemon_port: 0, say: (sentence) => said.push(sentence) });
  onTestFinished(stage.stop);
  const story = await tellBitcoinStory(stage);
  expect(story).toMatchObject({
    hot_to_custody: { state: "settled", amount: expect.stringMatching(/^0\.7[12]/) },
    custody_to_hot: { state: "settled", after_one_of_three: "awaiting_approval", approved_by: ["ana", "ben"] },
    put_together: {
      hot: { state: "settled", amount: "0.00000000", tx_hash: expect.any(String) },
      custody: { state: "settled", amount: "0.00000000", tx_hash: expect.any(String) },
    },
    ...{ signatures_needed: 2, payments: 2, double_payments: 0, books_equal_chain: true },
  });
  expect(said.join("\n")).toContain("1 of 3 has signed: nothing moves.");
});
