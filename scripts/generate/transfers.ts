/** The generated block of docs/explanation/transfers.md: the state machine drawn and tabled from its own table of edges. */
import { EDGES, TERMINAL } from "../../src/transfers/states.ts";
import { code, table } from "./markdown.ts";

export function stateMachine(): string {
  return `${diagram()}\n\n${edgesTable()}`;
}

function diagram(): string {
  const [first] = EDGES;
  const arrows = EDGES.map(({ from, to }) => `  ${from} --> ${to}`);
  const ends = [...TERMINAL].map((state) => `  ${state} --> [*]`);
  return ["```mermaid", "stateDiagram-v2", `  [*] --> ${first?.from ?? ""}`, ...arrows, ...ends, "```"].join("\n");
}

function edgesTable(): string {
  return table(
    ["from", "to", "when"],
    EDGES.map(({ from, to, when }) => [code(from), code(to), when]),
  );
}
