/** A wallet's whole life on the command line and over the API: opened at a custodian, registered, activated, suspended, archived. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type {
  AddressList,
  Discovery,
  OpenedWallet,
  Problem,
  Transfer,
  TransferDetail,
  Wallet,
  WalletProposal,
} from "../../src/api/index.ts";
import { type Finished, type RunningTidegate, startTidegate, until } from "../parts/process.ts";
import { compareWithWorld, readBooks, readWorld } from "../parts/process_books.ts";
import { makeWorkplace, patient, type SandboxFile } from "../parts/process_config.ts";

const STORY_LIMIT_MS = 180_000;

const place = makeWorkplace();
afterAll(place.remove);
const keyOf = (person: string) => join(place.data_dir, "keys", `${person}.json`);
const jsonOf = <T>({ stdout }: Finished) => JSON.parse(stdout) as T;

describe("a vault that is opened while the daemon runs", { timeout: STORY_LIMIT_MS }, () => {
  /** What is put into the file besides what is shipped, as an operator does it. */
  const added: Record<string, unknown>[] = [];
  const addresses: Record<string, unknown>[] = [];
  const config = () =>
    place.writeConfig((file: SandboxFile) => {
      patient(file);
      file.sandbox.manual = true;
      file.sandbox.speed = "5m/s";
      file.wallets.push(...added);
      (file.address_book as Record<string, unknown>[]).push(...addresses);
      // What is in a pool has an address.
      const reserve = file.pools.find(({ id }) => id === "usdt")?.reserve as string[];
      reserve.push(...addresses.map(({ wallet }) => String(wallet)));
    });
  let tidegate: RunningTidegate;
  const start = async () => {
    tidegate = await startTidegate(["run", "-c", config()]);
  };
  const restart = async () => {
    expect(await tidegate.stop()).toMatchObject({ exit_code: 0 });
    await start();
  };
  const open = (venue: string, id: string, asset = "USDT", network = "tron") =>
    tidegate.cli(
      ...["wallets", "create", venue, "--asset", asset, "--network", network, "--id", id],
      ...["--kind", "custody", "--label", `Vault "${id}"`],
    );
  const walletOf = async (id: string) =>
    (await tidegate.get<{ items: Wallet[] }>("/v1/wallets")).items.find((wallet) => wallet.id === id);
  const propose = (what: "activate" | "archive", id: string) =>
    tidegate.ask<WalletProposal & Problem>(
      "POST",
      `/v1/wallets/${id}/proposals`,
      { what, amount: null, as_of: null, evidence: "ticket 31", references: [], proposed_by: "ana" },
      crypto.randomUUID(),
    );
  const decide = async (what: "activate" | "archive", id: string) => {
    const asked = await tidegate.cli("wallets", what, id, "--evidence", "ticket 31", "--as", "ana", "--json");
    expect(asked.exit_code, asked.stderr).toBe(0);
    const { object_id } = jsonOf<WalletProposal>(asked);
    for (const person of ["ben", "chen"]) {
      const voted = await tidegate.cli("approve", object_id, "--key", keyOf(person), "--yes");
      expect(voted.exit_code, voted.stderr).toBe(0);
    }
  };
  beforeAll(start, STORY_LIMIT_MS);
  afterAll(() => tidegate.kill());

  it("is opened by the command line and by the API, and asked again it is the same one", async () => {
    const first = await open("northvault", "vault-new");
    expect(first).toMatchObject({ exit_code: 0, stderr: expect.stringContaining("wallets activate") });
    expect((await open("northvault", "vault-new")).stdout).toBe(first.stdout);
    added.push(...(parse(first.stdout) as Record<string, unknown>[]));
    expect(added).toMatchObject([{ id: "vault-new", venue: "northvault", status: "created", account: "vault-new" }]);

    const body = { wallet_id: "vault-two", asset: "USDT", network: "tron", kind: "custody", label: "Vault two" };
    const ask = (venue: string, change: object = {}) =>
      tidegate.ask<OpenedWallet & Problem>(
        "POST",
        `/v1/venues/${venue}/wallets`,
        { ...body, ...change },
        crypto.randomUUID(),
      );
    const over_api = await ask("southvault");
    expect(over_api).toMatchObject({ status: 201, body: { outcome: "created", account: "vault-two" } });
    expect((await ask("southvault")).body).toEqual(over_api.body);
    added.push(...(parse(over_api.body.lines ?? "") as Record<string, unknown>[]));

    expect(await ask("exchange")).toMatchObject({ status: 422, body: { code: "wallet_open_unsupported" } });
    expect(await ask("southvault", { wallet_id: "vault 3" })).toMatchObject({
      status: 422,
      body: { code: "wallet_proposal_invalid" },
    });
    const { items } = await tidegate
      .ask<Discovery>("POST", "/v1/venues/northvault/discover", {})
      .then((answer) => answer.body);
    expect(items.map(({ account, wallet_id }) => [account, wallet_id])).toContainEqual(["vault-new", null]);
  });

  it("is no second name of a holding that the file has, and no vault of another asset", async () => {
    const taken = await open("northvault", "usdt");
    expect(taken).toMatchObject({ exit_code: 3, stderr: expect.stringContaining('the wallet "northvault-usdt"') });
    const other = await open("northvault", "vault-new", "BTC", "bitcoin");
    expect(other).toMatchObject({ exit_code: 3, stderr: expect.stringContaining("another asset") });
  });

  it("is read with its lines in the file, and says which address is to be registered", async () => {
    await restart();
    expect(
      await until("it is read", async () => ((await walletOf("vault-new"))?.balance ? walletOf("vault-new") : null)),
    ).toMatchObject({
      status: "created",
      balance: { total: { amount: "0.000000" } },
      actions: ["activate"],
    });
    const tronOf = ({ items }: AddressList) => items.find(({ network }) => network === "tron");
    for (const id of ["vault-new", "vault-two"]) {
      const tron = tronOf(await tidegate.get<AddressList>(`/v1/wallets/${id}/addresses`));
      expect(tron).toMatchObject({ state: "unregistered", registered: null });
      addresses.push({ wallet: id, network: "tron", address: tron?.at_venue?.address });
    }
    await restart();
    const shown = await tidegate.cli("wallets", "addresses", "vault-new", "--json");
    expect(tronOf(jsonOf<AddressList>(shown))).toMatchObject({ state: "equal" });
  });

  it("takes money once a quorum activated it, and nothing before", async () => {
    const move = (key: string) =>
      tidegate.ask<Transfer & Problem>(
        "POST",
        "/v1/transfers",
        {
          ...{ pool_id: "usdt", from_wallet: "hot-usdt", to_wallet: "vault-new", network: "tron", amount: "25000" },
          ...{ reason: "the first of the new vault", initiator: "ana" },
        },
        key,
      );
    const early = await move("before-it-is-activated");
    expect(early.status).toBeGreaterThanOrEqual(400);
    await decide("activate", "vault-new");
    await decide("activate", "vault-two");
    const { body } = await until("a transfer to it", async () => {
      const answer = await move("after-it-was-activated");
      return answer.status === 201 ? answer : null;
    });
    await until("it has settled", async () => {
      const { transfer } = await tidegate.get<TransferDetail>(`/v1/transfers/${body.id}`);
      return transfer.state === "settled";
    });
    await until("it is seen", async () => (await walletOf("vault-new"))?.balance?.total.amount === "25000.000000");
  });

  it("is suspended by one, and archived only at zero", async () => {
    const refused = (code: string, detail = "") => ({ body: { code, detail: expect.stringContaining(detail) } });
    expect(await propose("archive", "vault-two")).toMatchObject(refused("wallet_wrong_state"));
    for (const id of ["vault-new", "vault-two"]) {
      const suspended = await tidegate.cli("wallets", "suspend", id, "--reason", "it is not used");
      expect(suspended.exit_code, suspended.stderr).toBe(0);
    }
    expect(await propose("archive", "vault-new")).toMatchObject(refused("wallet_not_empty", "25,000 USDT"));
    await decide("archive", "vault-two");
    expect(await walletOf("vault-two")).toMatchObject({ status: "archived", actions: [] });
    expect(await propose("activate", "vault-two")).toMatchObject(refused("wallet_wrong_state"));
    expect(await walletOf("vault-new")).toMatchObject({ status: "suspended" });
  });

  it("is in the books as it is at the custodian", async () => {
    expect(await tidegate.stop()).toMatchObject({ exit_code: 0 });
    expect(compareWithWorld(await readBooks(place.data_dir), readWorld(place.data_dir))).toEqual([]);
  });
});
