import { beforeEach, describe, expect, it } from "vitest";
import { resumeDigest } from "../../authority/index.ts";
import type { RunnableTreasury } from "../index.ts";
import { type Bench, HOUR, openBench } from "../suite_daemon.ts";

let bench: Bench;
let treasury: RunnableTreasury;
beforeEach(async () => {
  bench = openBench();
  treasury = bench.start("one");
  await bench.finish(treasury.cycleOnce());
});

async function request(mode: "auto" | "advise" | "observe" = "auto") {
  const asked = await treasury.resumeRequest(mode);
  if (asked === null) throw new Error("not frozen");
  return { object_kind: "resume", object_id: asked.object_id, digest: asked.digest, vote: "approve" } as const;
}

describe("the mode", () => {
  it("is the configuration's at the first start", async () => {
    expect(await treasury.mode()).toBe("auto");
    expect((await bench.events("mode.changed")).map(({ payload }) => payload)).toMatchObject([
      { from: "none", to: "auto" },
    ]);
  });

  it("follows an edit of the configuration at the next start", async () => {
    const edited = bench.start("two", (deps) => ({ ...deps, config: { ...deps.config, mode: "advise" } }));
    await bench.finish(edited.cycleOnce());
    expect(await edited.mode()).toBe("advise");
  });

  it("reads as frozen where the store holds nothing that can be understood", async () => {
    const { tables } = await import("../../store/index.ts");
    await bench.tx((tx) => tx.update(tables.control, { name: "mode" }, { value: { mode: "fast" } }));
    expect(await treasury.mode()).toBe("frozen");
  });
});

describe("freeze", () => {
  it("holds at once, is told, and survives a restart and an edited configuration", async () => {
    await treasury.freeze("person:ana", "drill");
    expect(await treasury.mode()).toBe("frozen");
    expect(bench.notices).toMatchObject([{ code: "treasury_frozen", severity: "page" }]);
    const next = bench.start("two", (deps) => ({ ...deps, config: { ...deps.config, mode: "advise" } }));
    await bench.finish(next.cycleOnce());
    expect(await next.mode()).toBe("frozen");
  });

  it("happens once, however often it is asked for", async () => {
    await treasury.freeze("person:ana", "first");
    const first = await request();
    await bench.pass(HOUR);
    await treasury.freeze("person:ben", "second");
    expect(await request()).toEqual(first);
    expect(await bench.events("mode.changed")).toHaveLength(2);
  });

  it("stops new moves and goes on observing", async () => {
    await treasury.freeze("person:ana", "drill");
    bench.flow("exchange", 900_000);
    await bench.pass(HOUR);
    await bench.finish(treasury.cycleOnce());
    expect(await bench.transfers()).toEqual([]);
    const [plan] = await treasury.planNow();
    expect(plan?.decision).toMatchObject({ verdict: "blocked" });
    expect(plan?.decision.reasons.map(({ code }) => code)).toContain("mode_frozen");
  });
});

describe("resume", () => {
  it("asks for nothing while nothing is frozen", async () => {
    expect(await treasury.resumeRequest("auto")).toBeNull();
  });

  it("goes on in the mode before the freeze where none is asked for, after a restart too", async () => {
    await treasury.freeze("person:ana", "drill");
    await treasury.resume("advise", bench.sign("ana", await request("advise")));
    await treasury.freeze("person:ana", "another drill");
    await treasury.freeze("person:ben", "the same drill");
    const next = bench.start("two");
    expect((await next.resumeRequest(null))?.payload).toMatchObject({ mode: "advise" });
    expect((await next.resumeRequest("auto"))?.payload).toMatchObject({ mode: "auto" });
  });

  it("only observes where it is not known what the freeze ended", async () => {
    await treasury.freeze("person:ana", "drill");
    const { tables } = await import("../../store/index.ts");
    const value = { mode: "frozen", since: 1, actor: "person:ana", reason: "drill", configured: "auto" };
    await bench.tx((tx) => tx.update(tables.control, { name: "mode" }, { value }));
    expect((await treasury.resumeRequest(null))?.payload).toMatchObject({ mode: "observe" });
  });

  it("needs an admin's signature over this very freeze", async () => {
    await treasury.freeze("person:ben", "drill");
    const payload = await request();
    await expect(treasury.resume("auto", bench.sign("ben", payload))).rejects.toMatchObject({
      code: "authority_wrong_role",
    });
    const forged = { ...bench.sign("ana", payload), signature: "00" };
    await expect(treasury.resume("auto", forged)).rejects.toMatchObject({ code: "authority_bad_signature" });
    await treasury.resume("auto", bench.sign("ana", payload));
    expect(await treasury.mode()).toBe("auto");
    const last = (await bench.events("mode.changed")).at(-1);
    expect(last).toMatchObject({
      actor: "person:ana",
      payload: { from: "frozen", to: "auto", vote: { digest: payload.digest } },
    });
  });

  it("does not take the signature of an earlier freeze, nor one for another mode", async () => {
    await treasury.freeze("person:ben", "one");
    const first = bench.sign("ana", await request());
    await expect(treasury.resume("observe", first)).rejects.toMatchObject({ code: "authority_wrong_digest" });
    await treasury.resume("auto", first);
    await bench.pass(HOUR);
    await treasury.freeze("person:ben", "two");
    await expect(treasury.resume("auto", first)).rejects.toMatchObject({ code: "authority_wrong_digest" });
    expect(await treasury.mode()).toBe("frozen");
  });

  it("refuses a denial, and when nothing is frozen", async () => {
    const payload = {
      object_kind: "resume",
      object_id: "resume-0-auto",
      digest: resumeDigest({ frozen_at: 0, mode: "auto" }),
    } as const;
    const approve = bench.sign("ana", { ...payload, vote: "approve" });
    await expect(treasury.resume("auto", approve)).rejects.toMatchObject({ code: "not_frozen" });
    const deny = bench.sign("ana", { ...payload, vote: "deny" });
    await expect(treasury.resume("auto", deny)).rejects.toMatchObject({ code: "resume_needs_approval" });
  });
});
