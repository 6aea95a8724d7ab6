/** Every generated file and what it is made of. */
import { openApiDocument } from "../../src/api/openapi.ts";
import { apiReference } from "./api.ts";
import { cliReference } from "./cli.ts";
import { configReference, configSchemaWithVenues } from "./config.ts";
import { errorsReference } from "./errors.ts";
import { fillBlock } from "./markdown.ts";
import { profilesTable, reasonsReference } from "./reasons.ts";
import { readText } from "./sources.ts";
import { stateMachine } from "./transfers.ts";
import { venuesReference } from "./venues.ts";
import type { GeneratedFiles } from "./write.ts";

export const GENERATED_FILES: GeneratedFiles = {
  "schema/config.schema.json": () => `${JSON.stringify(configSchemaWithVenues(), null, 2)}\n`,
  "schema/openapi.json": () => `${JSON.stringify(openApiDocument(), null, 2)}\n`,
  "docs/reference/api.md": apiReference,
  "docs/reference/cli.md": cliReference,
  "docs/reference/config.md": configReference,
  "docs/reference/errors.md": errorsReference,
  "docs/reference/reasons.md": reasonsReference,
  "docs/reference/venues.md": venuesReference,
  "docs/how-to/write-a-connector.md": (path) =>
    fillBlock(readText(path), "connector", `\`\`\`ts\n${readText("test/connector/venue.ts").trimEnd()}\n\`\`\``),
  "docs/explanation/transfers.md": (path) => fillBlock(readText(path), "state machine", stateMachine()),
  "docs/explanation/decisions.md": (path) => fillBlock(readText(path), "profiles", profilesTable()),
};
