/** Which of the entered balances is the latest one. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryStore, tables } from "../store/index.ts";
import { latestEntered } from "./read.ts";
import type { EnteredBalance, WalletProposalRow, WalletTerms } from "./types.ts";

interface Entry {
  readonly id: string;
  readonly as_of: number;
  readonly ended_at: number;
  readonly state?: WalletProposalRow["state"];
}

function rowOf({ id, as_of, ended_at, state = "applied" }: Entry): WalletProposalRow {
  const terms: WalletTerms = {
    what: "balance",
    ...{ id, wallet_id: "cellar", venue: "by-hand", account: "cellar", asset: "BTC", decimals: 8 },
    ...{
      standing_version: 0,
      amount: String(as_of),
      as_of,
      evidence: "seen",
      references: [],
      proposed_by: "person:ana",
    },
    ...{ created_at: ended_at, expires_at: ended_at },
  };
  return { id, wallet_id: "cellar", what: "balance", state, terms, digest: "", created_at: ended_at, ended_at };
}

async function latestOf(entries: readonly Entry[]): Promise<EnteredBalance | null> {
  const store = new MemoryStore({ clock: { now: () => 0 } });
  await store.tx("t", async (tx) => {
    for (const entry of entries) await tx.insert(tables.walletProposal, rowOf(entry));
  });
  return store.read("t", (tx) => latestEntered(tx, "cellar"));
}

describe("the latest entered balance", () => {
  it("regression: is of the latest moment, although the clock was set back between the confirmations", async () => {
    const before = { id: "wpr_1", as_of: 1_000, ended_at: 9_000 };
    const after = { id: "wpr_2", as_of: 2_000, ended_at: 3_000 };
    expect(await latestOf([before, after])).toEqual({ total: 2_000n, as_of: 2_000, proposal_id: "wpr_2" });
    const denied = { id: "wpr_3", as_of: 4_000, ended_at: 9_500, state: "denied" } as const;
    expect(await latestOf([before, after, denied])).toMatchObject({ proposal_id: "wpr_2" });
    expect(await latestOf([])).toBeNull();
  });

  it("is chosen by its moment and then by its id, in whatever order up to a hundred were confirmed", async () => {
    const entry = fc.record({ as_of: fc.nat({ max: 20 }), ended_at: fc.nat({ max: 20 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 100 }), async (found) => {
        const entries = found.map((one, at) => ({ ...one, id: `wpr_${String(at).padStart(3, "0")}` }));
        const [latest] = entries.toSorted((a, b) => b.as_of - a.as_of || (a.id < b.id ? 1 : -1));
        expect(await latestOf(entries)).toMatchObject({ as_of: latest?.as_of, proposal_id: latest?.id });
      }),
      { numRuns: 25 },
    );
  });
});
