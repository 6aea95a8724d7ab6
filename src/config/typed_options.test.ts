import { expect, it } from "vitest";
import { z } from "zod";
import { createChecker } from "./checker.ts";
import { ConfigError } from "./errors.ts";
import { checkTypedOptions } from "./typed_options.ts";

const known = new Map<string, z.ZodType>([
  ["vault", z.strictObject({ base_url: z.url(), api_secret: z.string().min(8), page_size: z.number().optional() })],
  ["chain", z.strictObject({ network: z.string() })],
]);
const GOOD = { base_url: "https://vault.example", api_secret: "hunter22" };

function problemsOf(type: string, options: Record<string, unknown>) {
  const checker = createChecker("tidegate.yaml", { locate: () => null });
  checkTypedOptions({ what: "venue", type, options, path: ["venues", 2] }, known, checker);
  try {
    checker.finish();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ code, path, message }) => ({ code, path, message }));
    throw error;
  }
}

it("lets good options pass", () => {
  expect(problemsOf("vault", GOOD)).toEqual([]);
});

it.each<[string, string, Record<string, unknown>, object]>([
  [
    "a type that does not exist",
    "valt",
    {},
    {
      code: "config_unknown_reference",
      path: "venues[2].type",
      message: 'There is no type of venue "valt". Did you mean "vault"?',
    },
  ],
  [
    "a key that is written wrong",
    "vault",
    { ...GOOD, page_sise: 5 },
    {
      code: "config_unknown_key",
      path: "venues[2].page_sise",
      message: 'A venue of type "vault" has no key "page_sise". Did you mean "page_size"?',
    },
  ],
  [
    "a key that is missing",
    "chain",
    {},
    { code: "config_missing_key", path: "venues[2].network", message: 'A venue of type "chain" needs "network".' },
  ],
  [
    "a value of another kind",
    "vault",
    { ...GOOD, base_url: "vault" },
    { code: "config_wrong_type", path: "venues[2].base_url" },
  ],
])("names %s", (_name, type, options, problem) => {
  expect(problemsOf(type, options)).toEqual([expect.objectContaining(problem)]);
});

it("never shows a value: it may be a secret", () => {
  const [problem] = problemsOf("vault", { ...GOOD, api_secret: "hunter2" });
  expect(problem?.message).not.toContain("hunter2");
});
