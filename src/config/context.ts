/** What every resolving step sees: the file, the place to report to, and what was resolved before it. */
import type { z } from "zod";
import type { Asset, AssetId } from "../money/index.ts";
import type { Checker } from "./checker.ts";
import type { ReferenceContext } from "./references.ts";
import type { ConfigFile } from "./schema.ts";

/** The schema of the options of a venue, or of a price source, by its type. */
export type OptionSchemas = ReadonlyMap<string, z.ZodType>;

export interface ResolveContext {
  readonly file: ConfigFile;
  readonly checker: Checker;
  readonly references: ReferenceContext;
  readonly currency: Asset;
  readonly assets: ReadonlyMap<AssetId, Asset>;
  /** Null: options are left to the connectors. */
  readonly venue_options: OptionSchemas | null;
  /** The same of price sources. */
  readonly price_options: OptionSchemas | null;
}
