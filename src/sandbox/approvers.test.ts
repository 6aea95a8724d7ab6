/** The sandbox's people against the real quorum: real keys, real signatures, the rules of the authority. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type AuthorityPolicy,
  castVote,
  type Person,
  tally,
  transferDigest,
  transferSubject,
  verifyVote,
  votesOn,
} from "../authority/index.ts";
import { TidegateError } from "../errors/index.ts";
import { MemoryStore, tables } from "../store/index.ts";
import { createIds, ed25519SignerFromFile, ed25519Verifier, generateKeyFile } from "../system/index.ts";
import type { TransferPlan, TransferRow } from "../transfers/types.ts";
import { ManualClock } from "../venues/conformance/manual_clock.ts";
import { type ApproversTreasury, answersAt, approve, ensurePeopleKeys, startApprovers } from "./approvers.ts";
import { planOf, START } from "./fixtures.ts";
import { HOUR_MS } from "./flows.ts";

const SEED = 7;
const PEOPLE = ["ana", "ben", "chen"];
const FILES = { generate: generateKeyFile, load: ed25519SignerFromFile };
let dir: string;
let clock: ManualClock;
let store: MemoryStore;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "tidegate-people-"));
  clock = new ManualClock(START);
  store = new MemoryStore({ clock });
  await ensurePeopleKeys(dir, PEOPLE, FILES);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function policyOf(): AuthorityPolicy {
  const people = PEOPLE.map((id): Person => {
    const public_key = readFileSync(join(dir, "keys", `${id}.pub`), "utf8").trim();
    return { id, name: id, roles: ["approver"], keys: [{ key_id: `${id}-1`, scheme: "ed25519", public_key }] };
  });
  return {
    people,
    tiers: [
      { asset: "*", direction: "reserve_to_liquidity", from_amount: 0n, approvals_needed: 2, roles: ["approver"] },
    ],
    approval_lifetime_ms: 24 * HOUR_MS,
  };
}

function treasuryOf(policy: AuthorityPolicy): ApproversTreasury {
  const ids = createIds(clock);
  const quorumOf = (transfer: TransferRow) =>
    store.read("quorum", async (tx) =>
      tally(policy, await votesOn(tx, transfer.id), transferSubject(policy, transfer), clock.now()),
    );
  return {
    deps: { clock, store, config: { authority: policy } },
    quorumOf,
    walletQuorum: () => Promise.reject(new Error("there are no wallets here")),
    voteOnWallet: () => Promise.reject(new Error("there are no wallets here")),
    castVote: async (signed) => {
      const vote = await verifyVote(ed25519Verifier, policy, signed, null);
      return await store.tx("vote", async (tx) => {
        const transfer = await tx.get(tables.transfer, { id: signed.payload.object_id });
        if (!transfer) throw new Error("no transfer");
        const subject = transferSubject(policy, transfer);
        const { quorum } = await castVote(tx, ids, { policy, vote, subject, open: true, now: clock.now() });
        if (quorum.state === "complete") await tx.update(tables.transfer, { id: transfer.id }, { state: "approved" });
        return { transfer, quorum };
      });
    },
  };
}

function rowOf(id: string): TransferRow {
  const plan: TransferPlan = { ...planOf("northvault", id), direction: "reserve_to_liquidity", quorum_needed: 2 };
  return {
    id,
    pool_id: plan.pool_id,
    asset: plan.asset,
    state: "awaiting_approval",
    stage: null,
    from_wallet: plan.from.wallet,
    to_wallet: plan.to.wallet,
    network: plan.network,
    direction: plan.direction,
    cause: plan.cause,
    amount: BigInt(plan.amount),
    fee_max: BigInt(plan.fee_max),
    fee_actual: null,
    amount_received: null,
    reference: id,
    plan,
    digest: transferDigest(plan),
    decision_id: null,
    signing: null,
    prepared: null,
    venue_ref: null,
    tx_hash: null,
    confirmations: null,
    confirmations_needed: null,
    note_code: null,
    note: null,
    created_at: START,
    updated_at: START,
    submitted_at: null,
    settled_at: null,
    next_at: null,
    attempts: 0,
    lease_owner: null,
    lease_until: null,
    fence: 0,
    version: 1,
  };
}

/** Moves treasury time on in steps, and lets everything that became due happen. */
async function pass(hours: number): Promise<void> {
  for (let step = 0; step < hours * 6; step += 1) {
    clock.advance(HOUR_MS / 6);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("people's keys", () => {
  it("are made once and never replaced", async () => {
    const before = readFileSync(join(dir, "keys", "ana.json"), "utf8");
    await ensurePeopleKeys(dir, [...PEOPLE, "dora"], FILES);
    expect(readFileSync(join(dir, "keys", "ana.json"), "utf8")).toBe(before);
    expect(readFileSync(join(dir, "keys", "dora.pub"), "utf8")).toMatch(/^[0-9a-f]{64}\n$/);
  });

  it("are the same for two first starts at once", async () => {
    const both = ["eve", "finn", "gil"];
    await Promise.all([1, 2, 3].map(() => ensurePeopleKeys(dir, both, FILES)));
    for (const person of both) {
      const { public_key } = await ed25519SignerFromFile(join(dir, "keys", `${person}.json`));
      expect(readFileSync(join(dir, "keys", `${person}.pub`), "utf8")).toBe(`${public_key}\n`);
    }
  });

  it("are whole again after a first start that was killed between the two files", async () => {
    const path = join(dir, "keys", "ana.pub");
    const before = readFileSync(path, "utf8");
    rmSync(path);
    await ensurePeopleKeys(dir, PEOPLE, FILES);
    expect(readFileSync(path, "utf8")).toBe(before);
  });
});

describe("approvers", () => {
  it("answer after hours, until the quorum is complete, and not once more", async () => {
    const transfer = rowOf("trf_1");
    await store.tx("seed", (tx) => tx.insert(tables.transfer, transfer));
    const approvers = await startApprovers({
      treasury: treasuryOf(policyOf()),
      data_dir: dir,
      seed: SEED,
      files: FILES,
    });
    const first = Math.min(...PEOPLE.map((id) => answersAt(SEED, id, transfer)));
    await pass((first - START) / HOUR_MS - 0.5);
    expect(await store.read("votes", (tx) => votesOn(tx, "trf_1"))).toEqual([]);
    await pass(6);
    const votes = await store.read("votes", (tx) => votesOn(tx, "trf_1"));
    expect(votes.map((vote) => vote.vote)).toEqual(["approve", "approve"]);
    expect((await store.read("row", (tx) => tx.get(tables.transfer, { id: "trf_1" })))?.state).toBe("approved");
    await approvers.stop();
  });

  it("leave a transfer alone that somebody denied", async () => {
    const transfer = rowOf("trf_1");
    const policy = policyOf();
    const denial = { object_id: "trf_1", person_id: "chen", digest: transfer.digest, key_id: "chen-1", at: START };
    await store.tx("seed", async (tx) => {
      await tx.insert(tables.transfer, transfer);
      await tx.insert(tables.approval, { ...denial, scheme: "ed25519", vote: "deny", signature: "00" });
    });
    const approvers = await startApprovers({ treasury: treasuryOf(policy), data_dir: dir, seed: SEED, files: FILES });
    await pass(6);
    expect(await store.read("votes", (tx) => votesOn(tx, "trf_1"))).toHaveLength(1);
    await approvers.stop();
  });

  it("live through a store that is away for a while", async () => {
    await store.tx("seed", (tx) => tx.insert(tables.transfer, rowOf("trf_1")));
    const real = treasuryOf(policyOf());
    let away = 5;
    const treasury: ApproversTreasury = {
      ...real,
      quorumOf: async (transfer) => {
        away -= 1;
        if (away > 0) throw new TidegateError("unavailable", "store_unavailable", "The database is down.");
        return await real.quorumOf(transfer);
      },
    };
    const approvers = await startApprovers({ treasury, data_dir: dir, seed: SEED, files: FILES });
    await pass(6);
    expect(await store.read("votes", (tx) => votesOn(tx, "trf_1"))).toHaveLength(2);
    await approvers.stop();
  });

  it("refuse to sign with a key that the configuration does not know", async () => {
    const policy = policyOf();
    const ana = policy.people[0];
    const signer = await ed25519SignerFromFile(join(dir, "keys", "ben.json"));
    if (!ana) throw new Error("no ana");
    await expect(approve(rowOf("trf_1"), ana, signer)).rejects.toMatchObject({ code: "sandbox_key_mismatch" });
  });

  it("take between half an hour and four hours, each at their own pace", () => {
    const delays = Array.from(
      { length: 200 },
      (_, index) => answersAt(SEED, "ana", { ...rowOf(`trf_${index}`) }) - START,
    );
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(HOUR_MS / 2);
    expect(Math.max(...delays)).toBeLessThan(4 * HOUR_MS);
    expect(new Set(delays).size).toBeGreaterThan(190);
    expect(answersAt(SEED, "ana", rowOf("trf_1"))).not.toBe(answersAt(SEED, "ben", rowOf("trf_1")));
  });
});
