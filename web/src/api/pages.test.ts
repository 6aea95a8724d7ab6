import { describe, expect, it } from "vitest";
import { joinPages } from "./pages.ts";

const page = (...items: string[]) => ({ items, has_more: true, next_cursor: "c" });

describe("joinPages", () => {
  it("keeps the order of the pages", () => {
    expect(joinPages([page("d", "c"), page("b", "a")], (item) => item)).toEqual(["d", "c", "b", "a"]);
    expect(joinPages([], String)).toEqual([]);
  });

  it("shows a row once that slid onto the next page while both were read", () => {
    expect(joinPages([page("e", "d"), page("d", "c")], (item) => item)).toEqual(["e", "d", "c"]);
  });
});
