/** The codecs of pools with a small rule of their own. */
import { type Codec, list, membersOf, number, oneOf, orNull, record, text, units } from "./codec_parts.ts";
import type { DepositTask, GasState, GasTask, PoolTask } from "./task_types.ts";

export const gas = record<GasState>({
  wallet_id: text,
  coin: text,
  decimals: number,
  available: orNull(units),
  needed: orNull(units),
  cost: orNull(units),
});

const kinds = {
  gas: record<GasTask>({
    kind: oneOf("gas"),
    transactions_low: number,
    transactions_target: number,
    transaction_cost: units,
    fee_times: number,
    wallet_max: units,
    on_demand: list(text),
  }),
  deposits: record<DepositTask>({ kind: oneOf("deposits"), sweep_min: units, batch_max: number }),
} as Readonly<Record<PoolTask["kind"], Codec<PoolTask>>>;

export const task: Codec<PoolTask> = {
  encode: (value) => kinds[value.kind].encode(value),
  decode: (json, path) => {
    const kind = oneOf("gas", "deposits").decode(membersOf(json, path).kind, `${path}.kind`);
    return kinds[kind].decode(json, path);
  },
};
