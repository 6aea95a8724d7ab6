/** What people read of a PSBT before they hand it to their signing device. */
import { describe, expect, it } from "vitest";
import { readPsbtFields } from "./psbt_fields.ts";

const TYPED = {
  network: "bitcoin",
  signatures_needed: 2,
  fee_satoshi: "1230",
  inputs: [{ coin: `${"ab".repeat(32)}:1`, satoshi: "5000000000" }],
  outputs: [
    { address: "bc1qthem", satoshi: "1", change: null },
    { address: "bc1qus", satoshi: "4999998769", change: "1/7" },
  ],
};

describe("the lines of a PSBT", () => {
  it("say who is paid, what comes back, and what it costs, to the satoshi", () => {
    expect(readPsbtFields(TYPED).map(({ label, value }) => ({ label, value }))).toEqual([
      { label: "pays", value: "0.00000001 BTC to bc1qthem" },
      { label: "change", value: "49.99998769 BTC back to the wallet at 1/7, bc1qus" },
      { label: "fee", value: "0.00001230 BTC" },
      { label: "spends", value: `50.00000000 BTC, coin ${"ab".repeat(32)}:1` },
      { label: "network", value: "bitcoin" },
      { label: "signatures", value: "2 needed" },
    ]);
  });

  it("are told apart where two say the same", () => {
    const [output] = TYPED.outputs;
    const ids = readPsbtFields({ ...TYPED, outputs: [output, output] }).map(({ id }) => id);
    expect(ids).toEqual(["output/0", "output/1", "fee", "input/0", "network", "signatures"]);
  });

  it("never make an amount of what is none", () => {
    const odd = { ...TYPED, fee_satoshi: 1230, outputs: "none", inputs: [null, { coin: 1, satoshi: "-5" }] };
    const values = readPsbtFields(odd).map(({ value }) => value);
    expect(values).toContain("an unreadable amount");
    expect(values).toContain("an unreadable amount, coin 1");
    expect(readPsbtFields(null)).toEqual([]);
  });
});
