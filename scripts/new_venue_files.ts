/** What `npm run new:venue` writes: the tested example of `test/connector`, under another name and in the rooms where it belongs. */

export interface NewVenue {
  readonly name: string;
  /** Text of a file of the repository. */
  readonly read: (path: string) => string;
}

/** By path from the root. @throws RangeError for a name that is no name of a folder and a type */
export function newVenueFiles({ name, read }: NewVenue): Readonly<Record<string, string>> {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name) || name.length > 32)
    throw new RangeError(`"${name}" is no name of a venue; write it like "acme" or "acme_custody".`);
  const inRoom = (file: string): string =>
    renamed(read(`test/connector/${file}`), name).replaceAll('"../../src/', '"../../');
  const TYPE = `${name.toUpperCase()}_TYPE`;
  return {
    [`src/venues/${name}/index.ts`]: `export { ${TYPE} } from "./venue.ts";\n`,
    [`src/venues/${name}/venue.ts`]: inRoom("venue.ts"),
    [`src/sandbox/${name}/server.ts`]: inRoom("server.ts"),
    [`src/sandbox/${name}/conformance.test.ts`]: inRoom("conformance.test.ts").replace(
      '"./venue.ts"',
      `"../../venues/${name}/index.ts"`,
    ),
    "src/compose/venue_types.ts": listed(read("src/compose/venue_types.ts"), name, TYPE),
  };
}

/** The one line of the composition root, and its import. */
function listed(text: string, name: string, type: string): string {
  const imported = text.replace(
    /\n\nexport const/,
    `\nimport { ${type} } from "../venues/${name}/index.ts";\n\nexport const`,
  );
  return imported.replace(/(VENUE_TYPES: readonly VenueType\[\] = \[[^\]]*?),?(\s*\])/, `$1, ${type}$2`);
}

function renamed(text: string, name: string): string {
  const pascal = name.replaceAll(/(?:^|_)([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
  return text
    .replaceAll(/\bexample\b/g, name)
    .replaceAll("EXAMPLE", name.toUpperCase())
    .replaceAll("Example", pascal);
}
