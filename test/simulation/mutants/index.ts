/** Every planted bug. */
import type { Mutant } from "../../../src/simulate/types.ts";
import { ADVANCE_MUTANTS } from "./advance.ts";
import { BOOK_MUTANTS } from "./books.ts";
import { OUTCOME_MUTANTS } from "./outcomes.ts";
import { PEOPLE_MUTANTS } from "./people.ts";
import { REQUEST_MUTANTS } from "./requests.ts";
import { SURROUNDING_MUTANTS } from "./surroundings.ts";

export const MUTANTS: readonly Mutant[] = [
  ...OUTCOME_MUTANTS,
  ...REQUEST_MUTANTS,
  ...PEOPLE_MUTANTS,
  ...ADVANCE_MUTANTS,
  ...BOOK_MUTANTS,
  ...SURROUNDING_MUTANTS,
];
