import { expect, it } from "vitest";
import { collectPages } from "./pages.ts";

it("reads to the last page, in order", async () => {
  const pages: Record<string, { rows: number[]; next: string | null }> = {
    first: { rows: [1, 2], next: "b" },
    b: { rows: [3], next: "c" },
    c: { rows: [], next: null },
  };
  const read = async (cursor: string | null) => pages[cursor ?? "first"] ?? { rows: [], next: null };
  expect(await collectPages(read)).toEqual([1, 2, 3]);
});

it.each([
  ["turns in a circle", (page: number) => String(page % 3), /turns in a circle/],
  ["has no end", (page: number) => String(page), /more than 10 pages/],
])("stops where a list %s", async (_name, next, message) => {
  let page = 0;
  const read = async () => {
    page += 1;
    return { rows: [page], next: next(page) };
  };
  await expect(collectPages(read, 10)).rejects.toMatchObject({ code: "venue_invalid" });
  await expect(collectPages(read, 10)).rejects.toThrow(message);
  expect(page).toBeLessThanOrEqual(20);
});
