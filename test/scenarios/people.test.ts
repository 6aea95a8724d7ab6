/** People on the command line: a quorum releases and nobody alone does, one denial ends, a freeze holds through a `kill -9`. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Overview, Problem, Transfer, TransferDetail, TransferPage, VoteResult } from "../../src/api/index.ts";
import { type Finished, type RunningTidegate, startTidegate, until } from "../parts/process.ts";
import { compareWithWorld, readBooks, readWorld } from "../parts/process_books.ts";
import { bothWays, makeWorkplace, type SandboxFile } from "../parts/process_config.ts";

const STORY_LIMIT_MS = 120_000;
const FREEZE_MS_MAX = 1_000;
/** Many turns of the loop: long enough for a transfer to leave that should not. */
const LOOK_AGAIN_MS = 1_500;

const BY_HAND = {
  pool_id: "usdt",
  from_wallet: "northvault-usdt",
  to_wallet: "hot-usdt",
  network: "tron",
  amount: "25000.5",
  reason: "a large withdrawal is announced",
  initiator: "ana",
};

const place = makeWorkplace();
afterAll(place.remove);
const keyOf = (person: string) => join(place.data_dir, "keys", `${person}.json`);
const payments = (id: string) =>
  [...readWorld(place.data_dir).transfers.values()].filter(({ reference }) => reference === id);

function expectRefusal(finished: Finished, exit_code: number, code: string): void {
  expect({ ...finished, stdout: "" }).toMatchObject({ exit_code, stderr: expect.stringContaining(`${code}: `) });
}

describe("custody that pays only with its people", { timeout: STORY_LIMIT_MS }, () => {
  /** Slow, so that nothing expires and no need changes while people read and sign. */
  const configAt = (speed: string) =>
    place.writeConfig((file: SandboxFile) => {
      bothWays(file);
      file.sandbox.manual = true;
      file.sandbox.speed = speed;
    });
  let tidegate: RunningTidegate;
  let refill: Transfer;
  let by_hand: Transfer;
  const start = (speed: string) => startTidegate(["run", "-c", configAt(speed)]);
  const stateOf = async (id: string) => (await tidegate.get<TransferDetail>(`/v1/transfers/${id}`)).transfer.state;
  const sign = async (verb: "approve" | "deny", id: string, person: string) =>
    tidegate.cli(verb, id, "--key", keyOf(person), "--yes", "--json");
  const quorum = ({ stdout }: Finished) => (JSON.parse(stdout) as VoteResult).quorum;
  const askByHand = (body: unknown) =>
    tidegate.ask<Transfer & Problem>("POST", "/v1/transfers", body, "withdrawal-4711");
  const modeNow = async () => (await tidegate.get<Overview>("/v1/overview")).mode;
  beforeAll(async () => {
    tidegate = await start("1m/s");
  }, STORY_LIMIT_MS);
  afterAll(() => tidegate.kill());

  it("waits, and one person alone releases nothing, however often", async () => {
    refill = await until("a refill that waits for approval", async () =>
      (await tidegate.get<TransferPage>("/v1/transfers?state=awaiting_approval")).items.at(0),
    );
    expect(refill).toMatchObject({ direction: "reserve_to_liquidity", asset: "BTC", approvals_needed: 2 });
    const first = await sign("approve", refill.id, "ana");
    expect(first.stderr).toContain(refill.to.address);
    for (const answer of [first, await sign("approve", refill.id, "ana")]) {
      expect(answer.exit_code).toBe(0);
      expect(quorum(answer)).toMatchObject({ state: "pending", approvals: ["ana"] });
    }
    await sleep(LOOK_AGAIN_MS);
    expect(await stateOf(refill.id)).toBe("awaiting_approval");
    expect(payments(refill.id)).toEqual([]);
  });

  it("answers the same request once, its initiator cannot approve it, and one denial ends it", async () => {
    // While a move the other way is open on this pair, it is refused, and the key stays free.
    const first = await until("a transfer by hand", async () => {
      const answer = await askByHand(BY_HAND);
      return answer.status === 409 ? null : answer;
    });
    expect(first).toMatchObject({ status: 201, body: { type: "Manual", initiator: "person:ana" } });
    by_hand = first.body;
    const again = await askByHand(BY_HAND);
    expect(again.headers.get("idempotency-hit")).toBe("true");
    expect(again.body).toEqual(by_hand);
    const other = await askByHand({ ...BY_HAND, amount: "25000.6" });
    expect(other).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
    const { id } = by_hand;
    await until("it waits", async () => (await stateOf(id)) === "awaiting_approval");
    expectRefusal(await tidegate.cli("approve", id, "--key", keyOf("ana"), "--yes"), 3, "authority_initiator");
    expect(quorum(await sign("approve", id, "ben"))).toMatchObject({ state: "pending", approvals: ["ben"] });
    expect(quorum(await sign("deny", id, "chen"))).toMatchObject({ state: "denied", denied_by: "chen" });
    await until("the denial", async () => (await stateOf(id)) === "denied");
    expect((await sign("approve", id, "ana")).exit_code).not.toBe(0);
  });

  it("is frozen within a second: a complete quorum changes nothing, and a kill does not thaw it", async () => {
    const asked_at = performance.now();
    const frozen = await tidegate.ask("POST", "/v1/freeze", { reason: "drill" });
    expect(frozen).toMatchObject({ status: 200, body: { mode: "frozen" } });
    expect(performance.now() - asked_at).toBeLessThan(FREEZE_MS_MAX);
    expect(quorum(await sign("approve", refill.id, "ben"))).toMatchObject({ state: "complete", needed: 2 });
    await sleep(LOOK_AGAIN_MS);
    await tidegate.kill();
    tidegate = await start("1m/s");
    expect(await modeNow()).toBe("frozen");
    expect((await askByHand(BY_HAND)).body).toEqual(by_hand);
    await sleep(LOOK_AGAIN_MS);
    expect(["awaiting_approval", "approved"]).toContain(await stateOf(refill.id));
    expect(payments(refill.id)).toEqual([]);
  });

  it("resumes with an admin's key only, and then the transfer leaves, once", async () => {
    const resume = (person: string) => tidegate.cli("resume", "--key", keyOf(person), "--yes");
    expectRefusal(await resume("ben"), 3, "authority_wrong_role");
    expect(await modeNow()).toBe("frozen");
    expect(await resume("ana")).toMatchObject({ exit_code: 0, stdout: "The treasury is in mode auto.\n" });
    await until("the transfer at its venue", async () => payments(refill.id).length > 0);
    expect(await tidegate.stop()).toMatchObject({ exit_code: 0 });
    tidegate = await start("4h/s");
    await until("the transfer settled", async () => (await stateOf(refill.id)) === "settled");
    expect(payments(refill.id)).toHaveLength(1);
    expect(payments(by_hand.id)).toEqual([]);
  });

  it("leaves books in which all of this is true", async () => {
    expect(await tidegate.stop()).toMatchObject({ exit_code: 0 });
    expect(compareWithWorld(await readBooks(place.data_dir), readWorld(place.data_dir))).toEqual([]);
  });
});
