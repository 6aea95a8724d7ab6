/** A venue of type `example`: a custodian with a bearer token, decimal strings and our reference as its idempotency key. */
import { z } from "zod";
import type { PreparedSubmit } from "../../src/transfers/types.ts";
import {
  AssetCodec,
  get,
  HttpClient,
  type HttpReply,
  parseJson,
  preparedBytes,
  readShape,
  readStatus,
  readSubmit,
  type StatusMeaning,
} from "../../src/venues/http/index.ts";
import type { Venue, VenueCapabilities, VenueInput, VenueType } from "../../src/venues/index.ts";

const ExampleOptions = z.strictObject({
  base_url: z.url({ protocol: /^https?$/ }).describe("Address of the venue's interface"),
  token: z.string().min(1).describe("Bearer token, by reference: env:EXAMPLE_TOKEN"),
});
const CAPABILITIES: VenueCapabilities = {
  idempotency: { kind: "key", lifetime_ms: 72 * 3_600_000, on_reuse: "replay" },
  lookup_by_reference: true,
  consistency_window_ms: 60_000,
  list_movements: true,
  ...{ cancel: false, push: false, webhooks: false, approval_stage: false, signing: "digest" as const },
  finality: "the venue says done",
  networks: ["tron"],
};
const WORDS: Readonly<Record<string, StatusMeaning>> = {
  sending: { stage: "signing", status: "pending" },
  done: { stage: "final", status: "succeeded" },
};
const time = z.iso.datetime().transform((text) => Date.parse(text));
const wallet = z.object({ id: z.string(), asset: z.string(), total: z.string(), leaving: z.string(), as_of: time });
const transfer = z.object({
  ...{ id: z.string(), reference: z.string(), asset: z.string(), to: z.string(), amount: z.string(), fee: z.string() },
  ...{ status: z.string(), tx_hash: z.string().nullable() },
});
const network = z.object({ network: z.string(), fee: z.string() });
const movement = z.object({
  ...{ id: z.string(), sequence: z.string(), direction: z.enum(["in", "out"]), amount: z.string(), fee: z.string() },
  ...{ reference: z.string().nullable(), tx_hash: z.string().nullable(), at: time },
});
const request = z.object({
  ...{ reference: z.string(), wallet: z.string(), asset: z.string(), network: z.string(), to: z.string() },
  ...{ amount: z.string(), fee_max: z.string() },
});
const problem = z.object({ code: z.string(), message: z.string(), taken: z.boolean().optional() });

export const EXAMPLE_TYPE: VenueType = {
  type: "example",
  summary: "A custodian with a bearer token.",
  options: ExampleOptions,
  examples: [{ name: "example", options: { base_url: "http://127.0.0.1:9", token: "t" } }],
  create: createExampleVenue,
};

function createExampleVenue({ id, options, assets, clock, random, http }: VenueInput): Venue {
  const { base_url, token } = ExampleOptions.parse(options);
  const codec = new AssetCodec(assets);
  const readError = ({ body }: HttpReply) => {
    const found = problem.safeParse(body).data;
    return found ? { code: found.code, message: found.message, untaken: found.taken === false } : null;
  };
  const client = new HttpClient({
    ...{ venue: id, base_url, clock, random, port: http, readError },
    sign: () => ({ authorization: `Bearer ${token}` }),
    limits: [{ requests: 600, per_ms: 60_000 }],
  });
  const read = async <S extends z.ZodType>(shape: S, path: string, what: string, query = {}) =>
    readShape(shape, await client.read(get(path, query)), what);
  const ofWallet = (account: string) => `/wallets/${encodeURIComponent(account)}`;

  return {
    id,
    capabilities: () => CAPABILITIES,
    verify: async () => void (await read(z.array(wallet), "/wallets", "list of wallets")),
    listWallets: async () =>
      (await read(z.array(wallet), "/wallets", "list of wallets")).map((row) => ({
        ...{ account: row.id, asset: row.asset, label: row.id },
      })),
    async getBalance({ account, asset }) {
      const row = await read(wallet, ofWallet(account), "balance");
      const units = codec.reader(asset);
      const [total, pending_out] = [units(row.total), units(row.leaving)];
      const rest = { pending_in: 0n, locked: 0n, as_of: row.as_of, height: null, pending_readable: true };
      return { total, available: total - pending_out, pending_out, ...rest };
    },
    async getAddress({ account }, on) {
      const { address } = await read(
        z.object({ address: z.string().min(1) }),
        `${ofWallet(account)}/address`,
        "address",
        { on },
      );
      return { address, memo: null };
    },
    async listNetworks({ asset }) {
      const rows = await read(z.array(network), "/networks", "list of networks", { asset });
      return rows.map((row) => ({
        ...{ network: row.network, enabled: true, fee_fixed: codec.reader(asset)(row.fee), fee_ppm: 0 },
        ...{ minimum: 1n, maximum: null, step: 1n, lead_time_ms: 600_000 },
      }));
    },
    async prepare(plan, { now }): Promise<PreparedSubmit> {
      const write = codec.writer(plan.asset);
      const account = plan.from.wallet.replace(/^.*\//, "");
      const body: z.output<typeof request> = {
        ...{ reference: plan.id, wallet: account, asset: plan.asset, network: plan.network, to: plan.to.address },
        ...{ amount: write(BigInt(plan.amount)), fee_max: write(BigInt(plan.fee_max)) },
      };
      return { reference: plan.id, body: { bytes: JSON.stringify(body) }, tx_hash: null, prepared_at: now };
    },
    decode(prepared) {
      const body = readShape(request, parseJson(preparedBytes(prepared)), "prepared request");
      const units = codec.reader(body.asset);
      return {
        ...{ from_account: body.wallet, to_address: body.to, to_memo: null, asset: body.asset, network: body.network },
        ...{ amount: units(body.amount), fee_max: units(body.fee_max), reference: body.reference },
      };
    },
    async submit(prepared) {
      const body = preparedBytes(prepared);
      const readAccepted = (reply: HttpReply) => {
        const row = reply.status === 200 ? transfer.safeParse(reply.body).data : undefined;
        const { stage } = readStatus(WORDS, row?.status ?? "");
        return row ? { outcome: "accepted" as const, venue_ref: row.id, tx_hash: row.tx_hash, stage } : null;
      };
      return readSubmit(
        { readAccepted, readError },
        await client.submit({ method: "POST", target: "/transfers", body, headers: {} }),
      );
    },
    async find({ reference }) {
      try {
        const shape = z.object({ as_of: time, transfers: z.array(transfer) });
        const answer = await read(shape, "/transfers", "list of transfers", { reference });
        const [row] = answer.transfers;
        if (row === undefined) return { outcome: "absent", as_of: answer.as_of };
        const units = codec.reader(row.asset);
        const { stage, status, final } = readStatus(WORDS, row.status);
        const amount = units(row.amount);
        return {
          outcome: "found",
          transfer: {
            ...{ venue_ref: row.id, reference: row.reference, tx_hash: row.tx_hash, stage, status, final },
            ...{ to_address: row.to, asset: row.asset, amount, fee: units(row.fee), raw_status: row.status },
            ...{
              amount_received: status === "succeeded" ? amount : null,
              confirmations: null,
              confirmations_needed: null,
            },
          },
        };
      } catch (error) {
        return { outcome: "unreadable", message: error instanceof Error ? error.message : "No answer." };
      }
    },
    cancel: async () => ({ outcome: "unsupported" }),
    async listMovements({ account, asset }, cursor) {
      const rows = await read(z.array(movement), `${ofWallet(account)}/movements`, "history", { after: cursor ?? "0" });
      const units = codec.reader(asset);
      const movements = rows.map((row) => ({
        ...{ id: row.id, direction: row.direction, amount: units(row.amount), fee: units(row.fee), asset, at: row.at },
        ...{ reference: row.reference, tx_hash: row.tx_hash, counterparty: null, height: row.sequence, final: true },
      }));
      return { movements, cursor: rows.at(-1)?.sequence ?? cursor ?? "0", has_more: false };
    },
    health: () => client.health(),
    close: async () => undefined,
  };
}
