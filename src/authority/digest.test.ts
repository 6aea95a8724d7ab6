import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TransferPlan } from "../transfers/types.ts";
import { resumeDigest, signedBytes, transferDigest, voteMessage, voteText } from "./digest.ts";
import { PLAN } from "./suite.ts";

type Leaf = string | number | null;

/** Every value in the plan, with its path; a new field is covered without a change here. */
function leaves(value: object, path: string[] = []): string[][] {
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) =>
    member !== null && typeof member === "object" ? leaves(member, [...path, name]) : [[...path, name]],
  );
}

function withLeaf(plan: TransferPlan, path: string[], change: (value: Leaf) => Leaf): TransferPlan {
  const copy = structuredClone(plan);
  let place = copy as unknown as Record<string, unknown>;
  for (const name of path.slice(0, -1)) place = place[name] as Record<string, unknown>;
  const last = path.at(-1) ?? "";
  place[last] = change(place[last] as Leaf);
  return copy;
}

describe("transferDigest", () => {
  const paths = leaves(PLAN);

  it.each(paths.map((path) => [path.join("."), path] as const))("changes with %s", (_name, path) => {
    const changed = withLeaf(PLAN, [...path], (value) => (typeof value === "number" ? value + 1 : `${value ?? ""}x`));
    expect(transferDigest(changed)).not.toBe(transferDigest(PLAN));
  });

  it("covers as many fields as a plan has", () => {
    expect(paths.length).toBe(31);
  });

  it("does not confuse values that move between neighbouring fields", () => {
    const plan = (address: string, memo: string | null) => ({ ...PLAN, to: { ...PLAN.to, address, memo } });
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), (address, memo) => {
        expect(transferDigest(plan(address, memo))).not.toBe(transferDigest(plan(address + memo, "")));
        expect(transferDigest(plan(address, null))).not.toBe(transferDigest(plan(address, "null")));
      }),
    );
  });
});

describe("votes", () => {
  const payload = { object_kind: "transfer", object_id: "trf_1", digest: "ab", vote: "approve" } as const;
  const signing = { scheme: "eip712_safe", hash: `0x${"12".repeat(32)}`, typed_data: {} } as const;

  it("are signed as one readable text under a domain of their own", () => {
    expect(voteText(payload)).toBe(
      'tidegate/vote/v1\n{"digest":"ab","object_id":"trf_1","object_kind":"transfer","vote":"approve"}',
    );
    expect(new TextDecoder().decode(voteMessage(payload))).toBe(voteText(payload));
    expect(voteText({ ...payload, extra: 1 } as typeof payload)).toBe(voteText(payload));
  });

  it("of a Safe sign its hash to approve, and never to deny", () => {
    expect(Buffer.from(signedBytes(payload, signing)).toString("hex")).toBe("12".repeat(32));
    const denial = { ...payload, vote: "deny" } as const;
    const hashed = createHash("sha256").update(voteMessage(denial)).digest();
    expect(Buffer.from(signedBytes(denial, signing))).toEqual(hashed);
    expect(signedBytes(payload, null)).toEqual(voteMessage(payload));
  });

  it("to resume are bound to one freeze and one mode", () => {
    const digests = [
      resumeDigest({ frozen_at: 1, mode: "auto" }),
      resumeDigest({ frozen_at: 2, mode: "auto" }),
      resumeDigest({ frozen_at: 1, mode: "advise" }),
    ];
    expect(new Set(digests).size).toBe(3);
  });
});
