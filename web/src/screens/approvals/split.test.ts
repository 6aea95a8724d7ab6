import { describe, expect, it } from "vitest";
import type { Approval } from "../../api/types.ts";
import { split } from "./split.ts";

const approval = (object_id: string, eligible: string[]): Approval =>
  ({ object_id, quorum: { eligible } }) as unknown as Approval;
const LIST = [approval("a", ["ana", "ben"]), approval("b", ["ben"]), approval("c", [])];
const ids = (list: readonly Approval[]): string[] => list.map((entry) => entry.object_id);

describe("split", () => {
  it("calls mine what I may still vote on", () => {
    const parts = split(LIST, "ana");
    expect([ids(parts.mine), ids(parts.others), ids(parts.all)]).toEqual([["a"], ["b", "c"], ["a", "b", "c"]]);
  });

  it("calls nothing mine while nobody said who is here", () => {
    expect(ids(split(LIST, null).mine)).toEqual([]);
  });
});
