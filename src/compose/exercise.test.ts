/** A venue without an interface, tried from the command line: what two people entered is in the database that the file names. */
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { makeWorkplace } from "../../test/parts/process_config.ts";
import { openPglite, tables } from "../store/index.ts";
import type { WalletProposalRow } from "../wallets/types.ts";
import { exercise } from "./exercise.ts";
import { createComposition } from "./index.ts";
import { STORE_DIR } from "./stores.ts";

const AS_OF = Date.UTC(2026, 0, 5, 8);
const ENTERED: WalletProposalRow = {
  ...{ id: "wpr_1", wallet_id: "otc-usdt", what: "balance", state: "applied", digest: "" },
  ...{ created_at: AS_OF, ended_at: AS_OF },
  terms: {
    ...{ what: "balance", id: "wpr_1", wallet_id: "otc-usdt", venue: "otc", account: "client 0471", asset: "USDT" },
    ...{ decimals: 6, standing_version: 0, amount: "40000000000", as_of: AS_OF, evidence: "statement", references: [] },
    ...{ proposed_by: "person:ana", created_at: AS_OF, expires_at: AS_OF },
  },
};

it("regression: shows the balance that people entered, and says where it is while a daemon has it", async () => {
  const place = makeWorkplace();
  onTestFinished(() => place.remove());
  const config = await createComposition({}).loadConfig(
    place.writeConfig((file) => void Object.assign(file.store, { engine: "pglite" })),
    {},
  );
  const request = { name: "otc", base_url: null, secrets_file: null, account: null, asset: null, submit: null };
  const balance = async () => (await exercise(request, config)).steps.find(({ call }) => call === "balance");
  expect(await balance()).toMatchObject({ code: "venue_not_found" });

  const store = await openPglite({ dir: join(place.data_dir, STORE_DIR) });
  await store.tx("test", (tx) => tx.insert(tables.walletProposal, ENTERED));
  expect(await balance()).toMatchObject({
    code: "store_locked",
    detail: expect.stringContaining("a daemon that runs"),
  });
  await store.close();
  expect(await balance()).toMatchObject({ outcome: "ok", detail: expect.stringContaining("total 40000.000000 USDT") });
});
