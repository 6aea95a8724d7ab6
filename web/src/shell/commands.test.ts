import { describe, expect, it } from "vitest";
import type { Facility, Transfer } from "../api/types.ts";
import { commandsFor } from "./commands.ts";

const transfer = {
  id: "trf_00aa",
  from: { label: "North Vault" },
  to: { label: "Hot USDT" },
  asset: "USDT",
  amount: { amount: "25.000000" },
  state: "awaiting_approval",
  tx_hash: "0xfeed",
  venue_ref: null,
} as Transfer;
const loan = {
  object_id: "fac_7",
  reference: "L-101",
  customer_id: "acme",
  state: "active",
  stage: "margin_call",
} as Facility;
const KNOWN = { transfers: [transfer], loans: [loan] };
const names = (typed: string, frozen = false): string[] => commandsFor(typed, KNOWN, frozen).map(({ id }) => id);

describe("the command menu", () => {
  it("offers every screen and the stop before anything is typed, and no transfer", () => {
    expect(names("")).toEqual(expect.arrayContaining(["/", "/transfers", "/approvals", "freeze"]));
    expect(names("")).not.toContain(transfer.id);
  });

  it("finds a screen by part of its name", () => {
    expect(names("appr")[0]).toBe("/approvals");
  });

  it("finds a loaded transfer by id, wallet, amount or transaction", () => {
    for (const typed of ["trf_00aa", "north hot", "25.000000", "0xFEED"]) expect(names(typed)).toContain(transfer.id);
  });

  it("offers a transfer that is not loaded by its exact id, and nothing for other text", () => {
    expect(commandsFor("trf_99ff", KNOWN, false)[0]?.run).toEqual({ kind: "go", path: "/transfers/trf_99ff" });
    expect(names("no such thing")).toEqual([]);
  });

  it("knows the stress test, the loan to propose, and what is approved in advance", () => {
    expect(names("stress")).toContain("stress");
    expect(names("propose")).toContain("loan");
    expect(names("advance")).toContain("envelope");
  });

  it("finds a loan by its reference, its customer, or how it stands", () => {
    for (const typed of ["L-101", "acme", "margin_call"]) expect(names(typed)).toContain("fac_7");
    expect(commandsFor("L-101", KNOWN, false).find(({ id }) => id === "fac_7")?.run).toEqual({
      ...{ kind: "go", path: "/credit/fac_7" },
    });
  });

  it("offers to resume instead of to freeze while frozen", () => {
    expect(names("", true)).toContain("resume");
    expect(names("", true)).not.toContain("freeze");
  });
});
