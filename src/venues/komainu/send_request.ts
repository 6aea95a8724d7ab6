/** A plan as the exact request that Komainu is asked, and back. It has no idempotency key: `external_reference` is what it is found by. */
import { digestOf } from "../../digest/index.ts";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import { preparedBytes, readShape } from "../http/index.ts";
import { VenueError } from "../index.ts";
import type { DecodedEffect, PrepareContext } from "../port.ts";
import { type AssetForm, fromKomainu, toKomainu } from "./registry.ts";
import { createShape } from "./shapes.ts";

const NOTE = /^tidegate (\S{1,64}); digest [0-9a-f]{64}; fee at most ([0-9.]{1,80})$/;

/** @throws VenueError venue_invalid */
export function buildRequest(
  plan: TransferPlan,
  form: AssetForm,
  account: string,
  { now }: PrepareContext,
): PreparedSubmit {
  if (plan.instrument !== form.instrument.id || plan.network !== form.instrument.network) {
    const message = `The plan moves ${plan.instrument} on ${plan.network}; ${form.code} is ${form.instrument.id}.`;
    throw new VenueError("venue_invalid", message, { plan: plan.id });
  }
  if (form.memo === "required" && plan.to.memo === null) {
    const message = `A payment in ${form.code} needs the destination's tag, and the address book has none for ${plan.to.address}.`;
    throw new VenueError("venue_invalid", message, { plan: plan.id });
  }
  const fee_max = toKomainu(form, BigInt(plan.fee_max));
  const body = {
    request_type: "CREATE_TRANSACTION",
    external_reference: plan.id,
    details: {
      wallet: account,
      asset: form.code,
      amount: toKomainu(form, BigInt(plan.amount)),
      destination_address: plan.to.address,
      ...(plan.to.memo === null ? {} : { destination_tag: plan.to.memo }),
      note: `tidegate ${plan.id}; digest ${digestOf("transfer", plan)}; fee at most ${fee_max}`,
    },
  };
  return { reference: plan.id, body: { bytes: JSON.stringify(body) }, tx_hash: null, prepared_at: now };
}

/** @throws VenueError venue_invalid */
export function decodeRequest(prepared: PreparedSubmit, forms: readonly AssetForm[]): DecodedEffect {
  const { external_reference, details } = readPrepared(prepared);
  const form = forms.find(({ code }) => code === details.asset);
  const [, reference, fee_max] = NOTE.exec(details.note) ?? [];
  if (form === undefined || reference !== external_reference || fee_max === undefined) {
    throw new VenueError("venue_invalid", "The prepared request is not one of ours.");
  }
  return {
    from_account: details.wallet,
    to_address: details.destination_address,
    to_memo: details.destination_tag ?? null,
    asset: form.asset.id,
    network: form.instrument.network,
    amount: fromKomainu(form, details.amount),
    fee_max: fromKomainu(form, fee_max),
    reference: external_reference,
  };
}

export function readPrepared(prepared: PreparedSubmit) {
  return readShape(createShape, JSON.parse(preparedBytes(prepared)), "prepared request");
}
