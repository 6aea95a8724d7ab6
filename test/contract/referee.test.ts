/** The referee is worth something only if it sees drift: here every kind of it, against a small contract of our own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openGate } from "./gate.ts";
import { Referee } from "./referee.ts";

const CONTRACT = `
openapi: 3.0.3
info: { title: Small custodian, version: "1" }
paths:
  /wallets/{id}:
    get:
      operationId: wallet.get
      parameters:
        - { name: id, in: path, required: true, schema: { type: string, pattern: "^[0-9a-f]{4}$" } }
        - { name: limit, in: query, schema: { type: integer } }
      responses:
        "200":
          content:
            application/json:
              schema:
                oneOf:
                  - { type: object, required: [id], properties: { id: { type: string } } }
                  - $ref: "#/components/schemas/Wallet"
  /sends:
    post:
      operationId: send
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [amount, address]
              properties: { amount: { type: string, pattern: '"^\\d+$"' }, address: { type: string } }
      responses:
        "200":
          content: { application/json: { schema: { type: object, properties: { state: { type: string }, at: { type: string, format: date-time } } } } }
        "400":
          content: { application/json: { schema: { type: object, required: [error], properties: { error: { type: string } } } } }
components:
  schemas:
    Wallet:
      type: object
      required: [id, balance]
      properties: { id: { type: string }, balance: { type: string }, parent: { $ref: "#/components/schemas/Wallet" } }
`;

describe("the referee", () => {
  const directory = mkdtempSync(join(tmpdir(), "tidegate-contract-"));
  const file = join(directory, "small.yaml");
  let fake: Server;
  let answer: { status: number; body: unknown };
  let referee: Referee;

  beforeAll(async () => {
    writeFileSync(file, CONTRACT);
    fake = createServer((_request, response) => {
      response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
    });
    await new Promise<void>((resolve) => fake.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    await new Promise((resolve) => fake.close(resolve));
    rmSync(directory, { recursive: true });
  });
  beforeEach(async () => {
    referee = await Referee.create([file], { state: ["signed", "confirmed"] });
  });

  const ask = async (method: string, path: string, body?: unknown): Promise<string[]> => {
    const gate = await openGate(`http://127.0.0.1:${(fake.address() as AddressInfo).port}`, referee);
    const reply = await fetch(gate.url + path, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
    });
    expect(reply.status).toBe(answer.status);
    expect(await reply.json()).toEqual(answer.body);
    await gate.stop();
    return referee.violations.map(({ operation, side, message }) => `${operation} ${side}: ${message}`);
  };
  const good = { amount: "100", address: "a" };

  it("lets pass what the contract allows, and counts it", async () => {
    answer = { status: 200, body: { id: "00ff", balance: "1", parent: { id: "00fe", balance: "2" } } };
    expect(await ask("GET", "/wallets/00ff?limit=3")).toEqual([]);
    answer = { status: 200, body: { state: "signed", at: "2026-01-07T12:00:00.000Z" } };
    expect(await ask("POST", "/sends", good)).toEqual([]);
    expect([...referee.exercised]).toEqual([
      ["wallet.get", 1],
      ["send", 1],
    ]);
  });

  it.each([
    ["an operation that is not there", "GET", "/balances", undefined, {}, /no such operation/],
    ["a malformed parameter", "GET", "/wallets/xyz", undefined, { id: "xyz" }, /request: .*pattern/],
    ["a missing field of the request", "POST", "/sends", { amount: "1" }, {}, /request: .*address/],
    ["an amount as a number", "POST", "/sends", { amount: 1, address: "a" }, {}, /request: \/requestBody\/amount/],
    ["a key that was invented", "POST", "/sends", { ...good, memo: "x" }, {}, /request: the body's key memo/],
    ["an answer's key that was invented", "POST", "/sends", good, { fee: "1" }, /response: the answer's key fee/],
    [
      "a nested key that was invented",
      "GET",
      "/wallets/00ff",
      undefined,
      { id: "a", balance: "1", parent: { id: "b", balance: "2", x: 1 } },
      /parent\.x/,
    ],
    ["a wrong format", "POST", "/sends", good, { at: "yesterday" }, /date-time/],
    ["a word that nobody knows", "POST", "/sends", good, { state: "resting" }, /state=resting/],
  ])("sees %s", async (_name, method, path, body, reply, message) => {
    answer = { status: 200, body: reply };
    expect((await ask(method, path, body)).join("\n")).toMatch(message);
  });

  it("sees a status that the contract does not list, and knows those that need no list", async () => {
    answer = { status: 409, body: { error: "taken" } };
    expect((await ask("POST", "/sends", good)).join()).toMatch(/409/);
    answer = { status: 429, body: { error: "slow" } };
    await ask("POST", "/sends", good);
    expect(referee.violations).toHaveLength(1);
  });
});
