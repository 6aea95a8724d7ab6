/** What `npm run new:venue` writes: complete, under the new name, and with imports that lead somewhere. */
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, it } from "vitest";
import { ROOT, readText } from "../../scripts/generate/sources.ts";
import { newVenueFiles } from "../../scripts/new_venue_files.ts";

const files = newVenueFiles({ name: "acme_custody", read: readText });
const written = Object.entries(files);

it("puts the connector, its fake and its test into their rooms, and one line into the list", () => {
  expect(Object.keys(files)).toEqual([
    "src/venues/acme_custody/index.ts",
    "src/venues/acme_custody/venue.ts",
    "src/sandbox/acme_custody/server.ts",
    "src/sandbox/acme_custody/conformance.test.ts",
    "src/compose/venue_types.ts",
  ]);
  expect(files["src/compose/venue_types.ts"]).toMatch(/VENUE_TYPES[^;]*ACME_CUSTODY_TYPE[^;]*\]/);
  expect(files["src/compose/venue_types.ts"]).toContain('from "../venues/acme_custody/index.ts"');
});

it("leaves nothing of the example's name, and imports only what is there", () => {
  for (const [path, text] of written) {
    if (path !== "src/compose/venue_types.ts") expect(text).not.toMatch(/\bexample\b|Example|EXAMPLE/);
    for (const [, specifier = ""] of text.matchAll(/from "(\.[^"]+)"/g)) {
      const target = normalize(join(dirname(path), specifier));
      expect(files[target] !== undefined || existsSync(join(ROOT, target)), `${path} imports ${target}`).toBe(true);
    }
  }
});

it.each(["", "Acme", "../acme", "a b", "9lives"])("refuses the name %j", (name) => {
  expect(() => newVenueFiles({ name, read: readText })).toThrow(RangeError);
});

it("begins with a connector of a hundred lines, which is the example of the page", () => {
  const lines = readText("test/connector/venue.ts").trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(100);
  expect(lines.filter((line) => line.length > 120)).toEqual([]);
  expect(readText("docs/how-to/write-a-connector.md")).toContain(lines.join("\n"));
});
