/** What every resolving step sees: the file, the place to report to, and what was resolved before it. */
import type { Asset, AssetId } from "../money/index.ts";
import type { Checker } from "./checker.ts";
import type { ReferenceContext } from "./references.ts";
import type { ConfigFile } from "./schema.ts";

export interface ResolveContext {
  readonly file: ConfigFile;
  readonly checker: Checker;
  readonly references: ReferenceContext;
  readonly currency: Asset;
  readonly assets: ReadonlyMap<AssetId, Asset>;
}
