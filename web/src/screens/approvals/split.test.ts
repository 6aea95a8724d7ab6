import { describe, expect, it } from "vitest";
import type { Approval, Quorum } from "../../api/types.ts";
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

  it("splits proposals by the same rule as transfers", () => {
    const proposals = [{ quorum: { eligible: ["ana"] } }, { quorum: { eligible: [] } }] as unknown as {
      quorum: Quorum;
    }[];
    expect(split(proposals, "ana").mine).toEqual([proposals[0]]);
  });

  it("calls nothing mine while nobody said who is here", () => {
    expect(ids(split(LIST, null).mine)).toEqual([]);
  });
});
