/** An emergency at a Safe: the bridge is paid out of what its owners allow on their chain, and they are asked for the rest. */
import { readFileSync } from "node:fs";
import { encodeFunctionData, parseAbi } from "viem";
import { expect, it, onTestFinished } from "vitest";
import { voteMessage } from "../../src/authority/index.ts";
import type { VotePayload } from "../../src/authority/types.ts";
import { deployAllowance, localAccount, sendAs } from "../../src/sandbox/chain/index.ts";
import { ed25519SignerFromSeed } from "../../src/system/index.ts";
import { startTestChain } from "../parts/anvil.ts";
import { openChainTreasury } from "../parts/chain_treasury.ts";

const TOKEN = parseAbi(["function transfer(address to, uint256 amount)"]);
const MINUTE = 60_000;
const DAY = 86_400_000;
const UNIT = 1_000_000n;
/** Leaves the hot wallet of 100,000 with 1.6 % of all. */
const PAYOUT = 85_000n * UNIT;
/** Less than the bridge to 5 % would take, and less than people approve. */
const ALLOWED = 20_000n * UNIT;

it("pays the bridge out of the owners' allowance without their signatures, no more than it, and asks them for the rest", {
  timeout: 180_000,
}, async () => {
  const chain = await startTestChain();
  onTestFinished(chain.stop);
  const { world } = chain;
  const owners = await deployAllowance(world);
  await owners.enable();
  await owners.addDelegate(localAccount("executor").address);
  await owners.allow(localAccount("executor").address, world.token, ALLOWED, 0);
  let keys = "";
  const desk = await openChainTreasury(world, world.url, (yaml) => {
    keys = /file:(\S+)\/executor\.json/.exec(yaml)?.[1] ?? "";
    return yaml.replace(/(executor_private_key: \S+)/, `$1\n    allowance_module: "${owners.module}"`);
  });
  onTestFinished(desk.close);
  const { treasury } = desk;
  const people = treasury.deps.config.authority.people;
  const vote = async (person: string, payload: VotePayload) => {
    const file = JSON.parse(readFileSync(`${keys}/${person}.vote.json`, "utf8")) as { private_key: string };
    const signature = await ed25519SignerFromSeed(file.private_key).sign(voteMessage(payload));
    const key = people.find(({ id }) => id === person)?.keys.find(({ scheme }) => scheme === "ed25519");
    const signed = { payload, person_id: person, key_id: key?.key_id ?? "", scheme: "ed25519" as const };
    return treasury.voteOnEnvelope({ ...signed, signature: Buffer.from(signature).toString("hex") });
  };
  await desk.pass(MINUTE);
  expect(treasury.allowance("safe-usdt")).toMatchObject({ amount: ALLOWED, remaining: ALLOWED, problem: null });

  const now = treasury.deps.clock.now();
  const { id, digest } = await treasury.proposeEnvelope({
    ...{ pool_id: "usdt", from_wallets: ["safe-usdt"], to_wallets: ["hot-usdt"], count_max: 3 },
    ...{ amount_max: 50_000n * UNIT, amount_total: 150_000n * UNIT, valid_from: now, valid_until: now + DAY },
    ...{ reason: "weekend cover", proposed_by: "person:ana" },
  });
  for (const person of ["ben", "chen"]) {
    await vote(person, { object_kind: "envelope", object_id: id, digest, vote: "approve" });
  }
  const args = [localAccount("customer").address, PAYOUT] as const;
  await sendAs(world.client, "hot", world.token, encodeFunctionData({ abi: TOKEN, functionName: "transfer", args }));

  const hot_before = await world.balanceOf(world.hot);
  for (let cycles = 0; cycles < 40; cycles += 1) {
    await desk.pass(5_000);
    if ((await desk.transfers()).some(({ state }) => state === "settled")) break;
  }
  const [bridge, slow, ...more] = (await desk.transfers()).sort(
    (a, b) => Number(a.signing !== null) - Number(b.signing !== null),
  );
  expect(bridge).toMatchObject({
    ...{ state: "settled", signing: null, amount: ALLOWED, amount_received: ALLOWED },
    plan: { envelope: { id } },
    venue_ref: expect.stringMatching(/^allowance:/),
  });
  expect(slow).toMatchObject({ state: "awaiting_approval", signing: { scheme: "eip712_safe" } });
  expect(more).toEqual([]);
  expect(await world.balanceOf(world.hot)).toBe(hot_before + ALLOWED);
  expect(treasury.allowance("safe-usdt")).toMatchObject({ remaining: 0n });
  for (let cycles = 0; cycles < 4; cycles += 1) await desk.pass(MINUTE);
  expect(await world.balanceOf(world.hot)).toBe(hot_before + ALLOWED);
  const books = await treasury.reconcile();
  expect(books.map(({ wallet_id, state }) => [wallet_id, state])).toEqual([
    ["hot-usdt", "equal"],
    ["safe-usdt", "equal"],
  ]);
});
