import { describe, expect, it } from "vitest";
import type { Approval } from "../../api/index.ts";
import type { Client } from "../client.ts";
import type { CliContext } from "../command.ts";
import { needsRejection, rejectSigned } from "./reject_signed.ts";

const signing = { scheme: "eip712_safe", hash: "0xab", typed_data: { nonce: 7 } };
const held = (change: object = {}, request: object | null = signing): Approval =>
  ({
    transfer: { id: "trf_1", state: "held", note_code: "denied_signed", note: "Denied.", ...change },
    signing: request,
  }) as unknown as Approval;
const signed = { safe: "0x5afe", chain_id: 1, nonce: "7", hash: "0xcd", address: "0xANA", signature: "0x51" };

function desk(known: string) {
  const out: string[] = [];
  const asked: unknown[] = [];
  const posted: string[] = [];
  const people = { items: [{ id: "ana", keys: [{ key_id: "k", scheme: "eip712_safe", public_key: known }] }] };
  const client = { get: async () => people, post: async (path: string) => posted.push(path) } as unknown as Client;
  const context = {
    io: { is_tty: false, out: (text: string) => out.push(text), err: () => {}, env: {} },
    composition: {
      signRejection: async (input: unknown) => {
        asked.push(input);
        return signed;
      },
    },
  } as unknown as CliContext;
  const run = (yes: boolean) =>
    rejectSigned(held(), { plan: { id: "trf_1" } } as never, { key: "ana.json", yes, json: true }, client, context);
  return { run, out, asked, posted };
}

describe("denying what owners signed", () => {
  it("is a rejection only of what is held for its signatures", () => {
    expect(needsRejection(held())).toBe(true);
    expect(needsRejection(held({ note_code: "outcome_unknown" }))).toBe(false);
    expect(needsRejection(held({ state: "awaiting_approval", note_code: null }))).toBe(false);
    expect(needsRejection(held({}, null))).toBe(false);
  });

  it("signs with the request and the plan that were shown, prints it and sends it nowhere", async () => {
    const { run, out, asked, posted } = desk("0xana");
    await run(true);
    expect(asked).toEqual([{ key_file: "ana.json", typed_data: { nonce: 7 }, hash: "0xab", plan: { id: "trf_1" } }]);
    expect(JSON.parse(out.join(""))).toEqual({ transfer_id: "trf_1", person_id: "ana", ...signed });
    expect(posted).toEqual([]);
  });

  it("asks first, and prints nothing for a key of nobody", async () => {
    const { run, asked } = desk("0xana");
    await expect(run(false)).rejects.toMatchObject({ code: "approve_needs_confirmation" });
    expect(asked).toEqual([]);
    const other = desk("0xben");
    await expect(other.run(true)).rejects.toMatchObject({ code: "key_of_nobody" });
    expect(other.out).toEqual([]);
  });
});
