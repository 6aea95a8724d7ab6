/** Contract: every value comes back as it went in, and what cannot be kept is refused by all alike. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { JSON_DEPTH_MAX, JSON_NODES_MAX } from "../json.ts";
import type { Json, Store } from "../port.ts";
import { type BalanceRow, balance, control, event, idempotency, transfer } from "../tables/schema.ts";
import { INDEXED_TEXT_LENGTH_MAX, TEXT_LENGTH_MAX } from "../text.ts";
import { AMOUNT_MAX, balanceRow, controlRow, eventRow, transferRow } from "./contract_rows.ts";

export function valueContract(store: () => Store): void {
  it("brings back every kind of column, nulls included", async () => {
    const full = transferRow({
      id: "full",
      stage: "confirming",
      fee_actual: 0n,
      amount_received: 7n,
      signing: { scheme: "eip712_safe", hash: "0x00", typed_data: { nonce: 3, to: ["a", null, true, 1.5] } },
      tx_hash: "0xab",
      confirmations: 0,
      next_at: 0,
      lease_until: Number.MAX_SAFE_INTEGER,
      fence: Number.MAX_SAFE_INTEGER,
      note: "",
    });
    const empty = transferRow({ id: "empty" });
    await store().tx("write", async (tx) => {
      await tx.insert(transfer, full);
      await tx.insert(transfer, empty);
    });
    const read = await store().read("read", async (tx) => [
      await tx.get(transfer, { id: "full" }),
      await tx.get(transfer, { id: "empty" }),
      await tx.get(transfer, { id: "none" }),
    ]);
    expect(read).toEqual([full, empty, undefined]);
  });

  it("keeps amounts of 78 digits, either sign, to the last unit", async () => {
    const row = balanceRow({ total: AMOUNT_MAX, available: -AMOUNT_MAX, pending_in: 10n ** 77n + 1n, locked: -1n });
    await store().tx("write", (tx) => tx.insert(balance, row));
    expect(await store().read("read", (tx) => tx.get(balance, { wallet_id: "hot" }))).toEqual(row);
  });

  it("keeps true and false", async () => {
    const rows = [true, false].map((pending_readable) =>
      balanceRow({ wallet_id: `${pending_readable}`, pending_readable }),
    );
    await store().tx("write", async (tx) => {
      for (const row of rows) await tx.insert(balance, row);
    });
    const kept = await store().read("read", (tx) => tx.find(balance, { order_by: [["wallet_id", "desc"]], limit: 2 }));
    expect(kept).toEqual(rows);
  });

  it("keeps any text", async () => {
    const texts = ["", " ", "'; drop table balance; --", '"', "\\", "\n\r\t\u0001", "é", "e\u0301", "😀\uffff", "$1"];
    for (const error of texts) {
      await store().tx("write", (tx) => tx.upsert(balance, balanceRow({ error })));
      expect((await store().read("read", (tx) => tx.get(balance, { wallet_id: "hot" })))?.error).toBe(error);
    }
  });

  it("keeps any JSON, with its members in one order", async () => {
    const jsonText = fc.json({ maxDepth: 4, noUnicodeString: false }).filter((text) => !text.includes("\\u0000"));
    const property = fc.asyncProperty(jsonText, async (text) => {
      const value = JSON.parse(text) as Json;
      await store().tx("write", (tx) => tx.upsert(control, controlRow({ value })));
      const kept = (await store().read("read", (tx) => tx.get(control, { name: "mode" })))?.value;
      expect(kept).toEqual(JSON.parse(JSON.stringify(value)));
    });
    await fc.assert(property, { numRuns: 50, seed: 7 });
  });

  it("orders the members of JSON as jsonb does, and leaves undefined ones out", async () => {
    const value = { zz: 1, é: 2, b: 3, "10": 4, aa: { y: -0, x: [] }, gone: undefined, __proto__x: 5 };
    await store().tx("write", (tx) => tx.insert(control, controlRow({ value: value as unknown as Json })));
    const kept = await store().read("read", (tx) => tx.get(control, { name: "mode" }));
    expect(JSON.stringify(kept?.value)).toBe('{"10":4,"b":3,"aa":{"x":[],"y":0},"zz":1,"é":2,"__proto__x":5}');
  });

  it("does the same with an object of many members", async () => {
    const names = Array.from({ length: 40 }, (_, i) => `name_${String((i * 7) % 40).padStart(2, "0")}`);
    const given = Object.fromEntries(names.map((name, i) => [name, i % 5 === 0 ? undefined : { [name]: i }]));
    const value = JSON.parse('{"__proto__":1}') as Record<string, unknown>;
    for (const wide of [given, Object.assign(value, given)]) {
      await store().tx("write", (tx) => tx.upsert(control, controlRow({ value: wide as Json })));
      const kept = (await store().read("read", (tx) => tx.get(control, { name: "mode" })))?.value as object;
      const there = names.filter((_, i) => i % 5 !== 0).sort();
      expect(Object.keys(kept)).toEqual(wide === value ? [...there, "__proto__"] : there);
      expect(kept).toEqual(JSON.parse(JSON.stringify(wide)));
    }
  });

  it("tells JSON's null from no value", async () => {
    const row = { key: "k", route: "r", body_digest: "d", status: null, response: null, at: 1 };
    await store().tx("write", async (tx) => {
      await tx.insert(control, controlRow({ value: null }));
      await tx.insert(idempotency, row);
    });
    await store().read("read", async (tx) => {
      expect((await tx.get(control, { name: "mode" }))?.value).toBeNull();
      expect(await tx.find(idempotency, { where: { response: null }, limit: 1 })).toEqual([row]);
    });
  });

  it("keeps a big JSON value", async () => {
    const payload = Array.from({ length: 20_000 }, (_, i) => ({ n: i, text: `row ${i} `.repeat(3) }));
    await store().tx("write", (tx) => tx.insert(event, eventRow({ payload })));
    expect((await store().read("read", (tx) => tx.get(event, { id: "e1" })))?.payload).toEqual(payload);
  });

  it("hands out rows that are the reader's own", async () => {
    const given = controlRow();
    await store().tx("write", (tx) => tx.insert(control, given));
    given.version = 50;
    const first = await store().read("read", (tx) => tx.get(control, { name: "mode" }));
    if (first) first.version = 99;
    expect((await store().read("read", (tx) => tx.get(control, { name: "mode" })))?.version).toBe(1);
  });

  const deep = (levels: number): Json => (levels === 0 ? 1 : [deep(levels - 1)]);
  const refused: [string, Partial<BalanceRow> | { value: Json }][] = [
    ["a NUL character in text", { error: "a\u0000b" }],
    ["half a character in text", { error: "\ud83d" }],
    ["text that is too long", { error: "x".repeat(TEXT_LENGTH_MAX + 1) }],
    ["a key that is too long", { wallet_id: "x".repeat(INDEXED_TEXT_LENGTH_MAX + 1) }],
    ["an amount of 79 digits", { total: AMOUNT_MAX + 1n }],
    ["a NUL character in JSON", { value: { note: "\u0000" } }],
    ["half a character in JSON", { value: { "\udc00": 1 } }],
    ["JSON that is too deep", { value: deep(JSON_DEPTH_MAX + 1) }],
    ["JSON that is too big", { value: Array.from({ length: JSON_NODES_MAX }, () => 0) }],
  ];
  for (const [name, part] of refused) {
    it(`refuses ${name} with store_invalid_value`, async () => {
      const write = store().tx("write", (tx) =>
        "value" in part ? tx.insert(control, controlRow(part)) : tx.insert(balance, balanceRow(part)),
      );
      await expect(write).rejects.toMatchObject({ code: "store_invalid_value", kind: "invalid" });
    });
  }

  it("takes the longest key twice in one index", async () => {
    const long = "\uffff".repeat(INDEXED_TEXT_LENGTH_MAX);
    await store().tx("write", (tx) => tx.insert(balance, balanceRow({ wallet_id: long })));
    expect(await store().read("read", (tx) => tx.count(balance, { wallet_id: long }))).toBe(1);
  });

  it("stops on a row that is not of the table: a programmer's error", async () => {
    const wrong = [
      { ...controlRow(), more: 1 },
      { ...controlRow(), version: "1" },
      { ...controlRow(), version: Number.NaN },
      { ...controlRow(), version: null },
      { name: "mode" },
    ] as unknown as ReturnType<typeof controlRow>[];
    for (const row of wrong) {
      const write = store().tx("write", (tx) => tx.insert(control, row));
      await expect(write).rejects.toMatchObject({ name: "AssertionError" });
    }
  });
}
