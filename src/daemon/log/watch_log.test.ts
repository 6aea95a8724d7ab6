import { beforeEach, describe, expect, it } from "vitest";
import type { TrustedCheckpoint, Witness } from "../../audit/index.ts";
import { tables } from "../../store/index.ts";
import { ed25519SignerFromSeed, ed25519Verifier } from "../../system/ed25519.ts";
import type { RunnableTreasury } from "../index.ts";
import { type Bench, HOUR, MINUTE, openBench } from "../suite_daemon.ts";

const log_signer = ed25519SignerFromSeed("07".repeat(32));

interface Elsewhere extends Witness {
  kept: TrustedCheckpoint | null;
  lost: TrustedCheckpoint[];
  broken: string | null;
  full: string | null;
}

function elsewhere(id = "elsewhere", outside = true): Elsewhere {
  const witness: Elsewhere = {
    id,
    outside,
    kept: null,
    lost: [],
    broken: null,
    full: null,
    latest: async () => {
      if (witness.broken !== null) throw new Error(witness.broken);
      return witness.kept;
    },
    publish: async (checkpoint, { aside }) => {
      if (witness.full !== null) throw new Error(witness.full);
      if (aside && witness.kept !== null) witness.lost.push(witness.kept);
      witness.kept = checkpoint;
      return null;
    },
  };
  return witness;
}

function start(bench: Bench, witness: Witness | readonly Witness[] | null, name = "one"): RunnableTreasury {
  return bench.start(name, (deps) => ({
    ...deps,
    log_signer,
    verifier: async (input) => (await ed25519Verifier(input)) || (await deps.verifier(input)),
    ...(witness === null ? {} : { witnesses: [witness].flat() }),
  }));
}

async function live(bench: Bench, treasury: RunnableTreasury, hours: number): Promise<void> {
  for (let hour = 0; hour < hours; hour += 1) {
    await bench.finish(treasury.cycleOnce());
    await bench.pass(HOUR);
  }
  await bench.finish(treasury.cycleOnce());
}

const resumeVote = async (treasury: RunnableTreasury, accept_loss: boolean) => {
  const asked = await treasury.resumeRequest("auto", { accept_loss });
  if (asked === null) throw new Error("not frozen");
  return { object_kind: "resume", object_id: asked.object_id, digest: asked.digest, vote: "approve" } as const;
};

let bench: Bench;
let witness: Elsewhere;
beforeEach(async () => {
  bench = openBench();
  witness = elsewhere();
  await live(bench, start(bench, witness), 3);
});

describe("the log against a witness", () => {
  it("is published as it grows, and continued by whoever leads next", async () => {
    const first = witness.kept;
    expect(first?.note).toMatch(/^tidegate\//);
    await bench.pass(HOUR);
    const next = start(bench, witness, "two");
    await live(bench, next, 2);
    expect(await next.mode()).toBe("auto");
    expect(next.logStanding()).toMatchObject({ faults: [], unreadable: [] });
    expect(witness.kept?.note).not.toBe(first?.note);
  });

  it("pays nothing on an older copy, tells people, and signs nothing beside what was published", async () => {
    const copy = openBench();
    copy.flow("exchange", 900_000);
    const treasury = start(copy, witness);
    const published = witness.kept;
    await live(copy, treasury, 2);
    expect(await treasury.mode()).toBe("frozen");
    expect(await copy.transfers()).toEqual([]);
    expect(witness.kept).toBe(published);
    expect(await copy.events("alert.raised")).toMatchObject([
      { ref: "elsewhere", payload: { code: "audit_log_behind" } },
    ]);
    expect(copy.notices.map(({ code }) => code)).toContain("audit_log_behind");
    expect(treasury.logStanding().faults).toMatchObject([{ code: "audit_log_behind", witness: "elsewhere" }]);
    expect(await copy.tx((tx) => tx.count(tables.checkpoint))).toBe(0);
  });

  it("pays nothing on a copy that went another way, however long it has grown", async () => {
    const copy = openBench();
    copy.flow("exchange", 1);
    await live(copy, start(copy, null), 9);
    const treasury = start(copy, witness, "two");
    await copy.pass(HOUR);
    await live(copy, treasury, 1);
    expect(await treasury.mode()).toBe("frozen");
    expect(treasury.logStanding().faults).toMatchObject([{ code: "audit_log_forked" }]);
  });

  it("signs nothing on an older copy when a standby stops, which never asked a witness itself", async () => {
    const copy = openBench();
    const leader = start(copy, witness);
    await live(copy, leader, 1);
    const standby = start(copy, witness, "two");
    await copy.finish(standby.cycleOnce());
    await copy.finish(standby.run(AbortSignal.abort()));
    expect(await copy.tx((tx) => tx.count(tables.checkpoint))).toBe(0);
    expect(await copy.tx((tx) => tx.count(tables.leaf))).toBe(0);
  });

  it("goes on paying while one of two witnesses cannot be asked, and says so", async () => {
    witness.broken = "EIO";
    await bench.pass(HOUR);
    const next = start(bench, [witness, elsewhere("other")], "two");
    bench.flow("exchange", -900_000);
    await live(bench, next, 1);
    expect(await next.mode()).toBe("auto");
    expect(next.logStanding()).toMatchObject({
      unreadable: [{ witness: "elsewhere", message: "EIO" }],
      waits: null,
    });
  });
});

describe("no witness outside that can be asked", () => {
  const SENT = new Set(["submitting", "submitted", "settled"]);
  const sent = async () => (await bench.transfers()).filter(({ state }) => SENT.has(state));
  let before: number;
  beforeEach(async () => {
    await bench.pass(HOUR);
    before = (await sent()).length;
  });

  async function moreCash(treasury: RunnableTreasury): Promise<void> {
    bench.flow("exchange", 900_000);
    await live(bench, treasury, 1);
  }

  it("makes payments wait from the start, says why, and lets them go by itself", async () => {
    witness.broken = "EIO";
    const next = start(bench, [witness, elsewhere("data", false)], "two");
    await moreCash(next);
    expect(await sent()).toHaveLength(before);
    expect((await bench.transfers()).map(({ note_code }) => note_code)).toContain("transfer_log_unwitnessed");
    expect(await next.mode()).toBe("auto");
    expect(next.logStanding().waits).toMatch(
      /^Payments wait until a witness .* can be asked again \(elsewhere: EIO\)\.$/,
    );
    expect(bench.notices.filter(({ code }) => code === "log_unwitnessed")).toHaveLength(1);
    witness.broken = null;
    await live(bench, next, 1);
    expect(next.logStanding()).toMatchObject({ waits: null, unreadable: [] });
    expect((await sent()).length).toBeGreaterThan(before);
  });

  it("regression: one that answers and takes no checkpoint is none, from the first payment of a lead on", async () => {
    const next = start(bench, [witness, elsewhere("data", false)], "two");
    await live(bench, next, 1);
    witness.full = "EROFS";
    bench.flow("exchange", 1);
    await live(bench, next, 1);
    before = (await sent()).length;
    await moreCash(next);
    expect(await sent()).toHaveLength(before);
    expect(next.logStanding()).toMatchObject({
      ...{ faults: [], waits: expect.stringContaining("elsewhere: it takes no checkpoint: EROFS") },
      unreadable: [{ witness: "elsewhere" }],
    });
    const kept = witness.kept;
    await bench.pass(HOUR);
    const third = start(bench, [witness, elsewhere("data", false)], "three");
    await live(bench, third, 1);
    expect(await sent()).toHaveLength(before);
    expect(witness.kept).toBe(kept);
    witness.full = null;
    await live(bench, third, 1);
    expect(third.logStanding()).toMatchObject({ waits: null, unreadable: [] });
    expect((await sent()).length).toBeGreaterThan(before);
  });

  it("makes them wait under a lead that had asked it before", async () => {
    const next = start(bench, witness, "two");
    await live(bench, next, 1);
    witness.broken = "EIO";
    bench.flow("exchange", 1);
    await live(bench, next, 1);
    before = (await sent()).length;
    await moreCash(next);
    expect(await sent()).toHaveLength(before);
  });
});

describe("a loss", () => {
  let copy: Bench;
  let treasury: RunnableTreasury;
  beforeEach(async () => {
    copy = openBench();
    treasury = start(copy, witness);
    await live(copy, treasury, 1);
  });

  const acceptBoth = async (by: RunnableTreasury): Promise<void> => {
    for (const person of ["ana", "ben"]) await by.resume("auto", copy.sign(person, await resumeVote(by, true)));
  };

  it("is not accepted by an ordinary resume, nor by a signature over another loss", async () => {
    await expect(treasury.resumeRequest("auto")).rejects.toMatchObject({ code: "audit_loss_not_accepted" });
    const vote = copy.sign("ana", await resumeVote(treasury, true));
    const ordinary = {
      ...vote,
      payload: { ...vote.payload, object_id: vote.payload.object_id.replace("-accept-loss", "") },
    };
    await expect(treasury.resume("auto", copy.sign("ana", ordinary.payload))).rejects.toMatchObject({
      code: "audit_loss_not_accepted",
    });
    await bench.pass(HOUR);
    await live(bench, start(bench, witness, "two"), 1);
    await expect(treasury.resume("auto", vote)).rejects.toMatchObject({ code: "authority_wrong_digest" });
    expect(await treasury.mode()).toBe("frozen");
  });

  it("is not forgotten while the witness that showed it cannot be asked, nor by a restart", async () => {
    witness.broken = "EIO";
    await expect(treasury.resumeRequest("auto")).rejects.toMatchObject({ code: "audit_loss_not_accepted" });
    await copy.pass(HOUR);
    const next = start(copy, witness, "two");
    await live(copy, next, 1);
    expect(next.logStanding()).toMatchObject({
      faults: [{ code: "audit_log_behind", witness: "elsewhere" }],
      unreadable: [{ witness: "elsewhere" }],
    });
    await expect(next.resumeRequest("auto")).rejects.toMatchObject({ code: "audit_loss_not_accepted" });
    await acceptBoth(next);
    await live(copy, next, 1);
    expect(next.logStanding().faults).toEqual([]);
    expect(await next.mode()).toBe("auto");
  });

  it("that was accepted through another instance is noticed by the one that leads, which signs again", async () => {
    const standby = start(copy, witness, "two");
    await acceptBoth(standby);
    // Short enough to keep the lead: a new lead asks the witnesses anyway.
    for (let look = 0; look < 10; look += 1) {
      await copy.pass(MINUTE / 6);
      await copy.finish(treasury.cycleOnce());
    }
    expect(treasury.logStanding().faults).toEqual([]);
    expect(await copy.tx((tx) => tx.count(tables.checkpoint))).toBeGreaterThan(0);
    expect(witness.lost).toHaveLength(1);
  });

  it("is accepted by nobody alone: an admin signs, and it stays frozen until another person signs the same", async () => {
    await expect(treasury.resume("auto", copy.sign("mallory", await resumeVote(treasury, true)))).rejects.toThrow();
    await treasury.resume("auto", copy.sign("ana", await resumeVote(treasury, true)));
    expect(await treasury.mode()).toBe("frozen");
    await expect(treasury.resume("auto", copy.sign("ana", await resumeVote(treasury, true)))).rejects.toMatchObject({
      code: "authority_already_voted",
    });
    await live(copy, treasury, 1);
    expect(await treasury.mode()).toBe("frozen");
    await treasury.resume("auto", copy.sign("ben", await resumeVote(treasury, true)));
    expect(await treasury.mode()).toBe("auto");
  });

  it("is not accepted by two without an admin", async () => {
    for (const person of ["ben", "chen"]) {
      await treasury.resume("auto", copy.sign(person, await resumeVote(treasury, true)));
      expect(await treasury.mode()).toBe("frozen");
    }
  });

  it("is accepted by signatures over what is lost; the old checkpoint is kept aside", async () => {
    const published = witness.kept;
    await acceptBoth(treasury);
    await copy.pass(HOUR);
    await live(copy, treasury, 1);
    expect(await treasury.mode()).toBe("auto");
    expect(treasury.logStanding().faults).toEqual([]);
    expect(witness.lost).toEqual([published]);
    const [change] = (await copy.events("mode.changed")).slice(-1);
    expect(change).toMatchObject({ actor: "person:ben", payload: { reason: expect.stringContaining("elsewhere") } });
    await copy.pass(HOUR);
    const next = start(copy, witness, "two");
    await live(copy, next, 1);
    expect(await next.mode()).toBe("auto");
  });
});
