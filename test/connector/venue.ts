/** A venue of type `example`: a custodian with a bearer token, decimal strings, and our reference as its key. */
import { z } from "zod";
import * as http from "../../src/venues/http/index.ts";
import type { Venue, VenueCapabilities, VenueInput, VenueType } from "../../src/venues/index.ts";

const ExampleOptions = z.strictObject({
  base_url: z.url({ protocol: /^https?$/ }).describe("Address of the venue's interface"),
  token: z.string().min(1).describe("Bearer token, by reference: env:EXAMPLE_TOKEN"),
});
export const EXAMPLE_TYPE: VenueType = {
  ...{ type: "example", summary: "A custodian with a bearer token.", options: ExampleOptions },
  examples: [{ name: "example", options: { base_url: "http://127.0.0.1:9", token: "t" } }],
  create: createExampleVenue,
};
const CAPABILITIES: VenueCapabilities = {
  idempotency: { kind: "key", lifetime_ms: 72 * 3_600_000, on_reuse: "replay" },
  ...{ lookup_by_reference: true, consistency_window_ms: 60_000, list_movements: true, networks: ["tron"] },
  ...{ cancel: false, push: false, webhooks: false, approval_stage: false, signing: "digest" },
  finality: "the venue says done",
};
const SENDING: http.StatusMeaning = { stage: "signing", status: "pending" };
const WORDS = { sending: SENDING, done: { stage: "final", status: "succeeded" } } as const;
// What it says and is sent; where its words are ours nothing has to be translated.
const [text, maybe, time] = [z.string(), z.string().nullable(), z.iso.datetime().transform((at) => Date.parse(at))];
const holding = z.object({ account: text, asset: text, label: text });
const balance = z.object({ total: text, pending_out: text, as_of: time });
const network = z.object({ network: text, fee_fixed: text, minimum: text });
const place = z.object({ address: text.min(1), memo: maybe });
const payment = { reference: text, asset: text, to_address: text, amount: text };
const request = z.object({ ...payment, from_account: text, to_memo: maybe, network: text, fee_max: text });
const transfer = z.object({ ...payment, venue_ref: text, tx_hash: maybe, fee: text, status: text });
const found = z.object({ as_of: time, row: transfer.nullable() });
const moved = { id: text, direction: z.enum(["in", "out"]), reference: maybe, tx_hash: maybe, at: time, height: text };
const movement = z.object({ ...moved, amount: text, fee: text });
const problem = z.object({ code: text, message: text, untaken: z.boolean().default(false) });

function createExampleVenue({ id, options, assets, wallets, clock, random, http: port }: VenueInput): Venue {
  const { base_url, token } = ExampleOptions.parse(options);
  const codec = new http.AssetCodec(assets);
  const accountOf = (wallet_id: string) => wallets.find((one) => one.id === wallet_id)?.account ?? wallet_id;
  const readError = ({ body }: http.HttpReply) => problem.safeParse(body).data ?? null;
  const sign = () => ({ authorization: `Bearer ${token}` });
  const limits = [{ requests: 600, per_ms: 60_000 }];
  const client = new http.HttpClient({ venue: id, base_url, clock, random, port, readError, sign, limits });
  const read = async <S extends z.ZodType>(shape: S, path: string, query = {}) =>
    http.readShape(shape, await client.read(http.get(path, query)), `answer at ${path}`);
  const readTransfer = ({ status: raw_status, ...wire }: z.output<typeof transfer>) => {
    const [row, meaning] = [codec.readFields(wire.asset, wire, ["amount", "fee"]), http.readStatus(WORDS, raw_status)];
    const amount_received = meaning.status === "succeeded" ? row.amount : null;
    return { ...row, ...meaning, ...{ raw_status, amount_received, confirmations: null, confirmations_needed: null } };
  };
  return {
    ...{ id, capabilities: () => CAPABILITIES, health: () => client.health(), close: async () => undefined },
    verify: async () => void (await read(z.array(holding), "/wallets")),
    listWallets: () => read(z.array(holding), "/wallets"),
    async getBalance({ account, asset }) {
      const wire = await read(balance, `/wallets/${account}`);
      const row = codec.readFields(asset, wire, ["total", "pending_out"]);
      const rest = { pending_in: 0n, locked: 0n, height: null, pending_readable: true };
      return { ...row, ...rest, available: row.total - row.pending_out };
    },
    getAddress: ({ account }, on) => read(place, `/wallets/${account}/address`, { on }),
    async listNetworks({ asset }) {
      const rest = { enabled: true, fee_ppm: 0, maximum: null, step: 1n, lead_time_ms: 600_000 };
      const rows = await read(z.array(network), "/networks", { asset });
      return rows.map((row) => ({ ...codec.readFields(asset, row, ["fee_fixed", "minimum"]), ...rest }));
    },
    async prepare({ id: reference, asset, network: on, from, to, ...plan }, { now: prepared_at }) {
      const write = (units: string) => codec.writer(asset)(BigInt(units));
      const ends = { from_account: accountOf(from.wallet), to_address: to.address, to_memo: to.memo, network: on };
      const amounts = { amount: write(plan.amount), fee_max: write(plan.fee_max) };
      const body: z.output<typeof request> = { reference, asset, ...ends, ...amounts };
      return { reference, body: { bytes: JSON.stringify(body) }, tx_hash: null, prepared_at };
    },
    decode(prepared) {
      const body = http.readShape(request, http.parseJson(http.preparedBytes(prepared)), "prepared request");
      return codec.readFields(body.asset, body, ["amount", "fee_max"]);
    },
    async submit(prepared) {
      const sent = { method: "POST", target: "/transfers", body: http.preparedBytes(prepared), headers: {} } as const;
      const readAccepted = ({ status, body }: http.HttpReply) => {
        const row = status === 200 ? transfer.safeParse(body).data : undefined;
        return row ? { outcome: "accepted" as const, ...readTransfer(row) } : null;
      };
      return http.readSubmit({ readAccepted, readError }, await client.submit(sent));
    },
    find: ({ reference }) =>
      http.lookUp(async () => {
        const { as_of, row } = await read(found, "/transfers", { reference });
        return row ? { outcome: "found", transfer: readTransfer(row) } : { outcome: "absent", as_of };
      }),
    cancel: async () => ({ outcome: "unsupported" }),
    async listMovements({ account, asset }, after) {
      const rows = await read(z.array(movement), `/wallets/${account}/movements`, { after: after ?? "0" });
      const rest = { asset, counterparty: null, final: true };
      const movements = rows.map((row) => ({ ...codec.readFields(asset, row, ["amount", "fee"]), ...rest }));
      return { movements, cursor: rows.at(-1)?.height ?? after ?? "0", has_more: false };
    },
  };
}
