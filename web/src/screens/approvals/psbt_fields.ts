/** What a PSBT does, as the daemon reads it, in lines for people. Pure. */

export interface PsbtField {
  /** Which line of the PSBT it is: two may say the same. */
  readonly id: string;
  readonly label: string;
  readonly value: string;
}

const DECIMALS = 8;

/** Nothing for what is not of the promised form. */
export function readPsbtFields(typed_data: unknown): readonly PsbtField[] {
  if (!isObject(typed_data)) return [];
  const { inputs, outputs, fee_satoshi, network, signatures_needed } = typed_data;
  return [
    ...list(outputs).map(({ address, satoshi, change }, at) => ({
      id: `output/${at}`,
      ...(change === null
        ? { label: "pays", value: `${btc(satoshi)} to ${show(address)}` }
        : { label: "change", value: `${btc(satoshi)} back to the wallet at ${show(change)}, ${show(address)}` }),
    })),
    { id: "fee", label: "fee", value: btc(fee_satoshi) },
    ...list(inputs).map(({ coin, satoshi }, at) => ({
      ...{ id: `input/${at}`, label: "spends", value: `${btc(satoshi)}, coin ${show(coin)}` },
    })),
    { id: "network", label: "network", value: show(network) },
    { id: "signatures", label: "signatures", value: `${show(signatures_needed)} needed` },
  ];
}

/** Satoshi as bitcoin, digit by digit. */
function btc(satoshi: unknown): string {
  if (typeof satoshi !== "string" || !/^\d{1,16}$/.test(satoshi)) return "an unreadable amount";
  const digits = satoshi.padStart(DECIMALS + 1, "0");
  return `${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)} BTC`;
}

function list(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function show(value: unknown): string {
  return value === null || value === undefined ? "none" : String(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
