/** What is wrong with an input, field by field. Of a choice of forms, the one that was meant is looked into: "Invalid input" helps nobody. */
import type { z } from "zod";

type Issue = z.core.$ZodIssue;

export interface WrongField {
  readonly path: readonly (string | number)[];
  /** What is expected there and what was found, as half a sentence. */
  readonly detail: string;
}

/** Every wrong field, in the order of the schema. Never empty. */
export function wrongFields(error: z.ZodError): readonly WrongField[] {
  return error.issues.flatMap((issue) => fieldsOf(issue, []));
}

function fieldsOf(issue: Issue, above: WrongField["path"]): WrongField[] {
  const path = [...above, ...issue.path.filter((step) => typeof step !== "symbol")];
  if (issue.code !== "invalid_union") return [{ path, detail: detailOf(issue) }];
  const meant = issue.errors.filter((form) => !form.some(isOfAnotherKind));
  const [form] = meant;
  if (form !== undefined && meant.length === 1) return form.flatMap((each) => fieldsOf(each, path));
  const kinds = new Set((meant.length > 0 ? meant : issue.errors).flat().flatMap(kindOf));
  return [{ path, detail: kinds.size === 0 ? "no form that is allowed here" : `expected ${[...kinds].join(" or ")}` }];
}

/** The value as a whole is not of this form's kind: another form was meant. */
function isOfAnotherKind({ code, path }: Issue): boolean {
  return path.length === 0 && (code === "invalid_type" || code === "invalid_value");
}

function kindOf(issue: Issue): string[] {
  if (issue.path.length > 0) return [];
  if (issue.code === "invalid_type") return [issue.expected];
  return issue.code === "invalid_value" ? issue.values.map((value) => JSON.stringify(value) ?? String(value)) : [];
}

function detailOf({ message }: Issue): string {
  return message.replace(/^Invalid (input|option): /, "").replace(/, received undefined$/, ", and it is missing");
}
