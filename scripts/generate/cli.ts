/** docs/reference/cli.md: every verb with its examples and options, from the command line itself. */
import type { Argument, Command, Option } from "commander";
import { type CliContext, createProgram } from "../../src/cli/index.ts";
import { createComposition } from "../../src/compose/index.ts";
import { code, GENERATED_NOTE, table } from "./markdown.ts";

const OPTION_HEAD = ["argument or option", "default", "what"];
/** Options of every verb that asks a running daemon: shown once. */
const SHARED: readonly string[] = ["--json", "--url", "--token", "--config"];

/** The program, and what it wrote; nothing is started by building it. */
export function buildProgram(): { readonly program: Command; readonly written: () => string } {
  let text = "";
  const take = (part: string): void => {
    text += part;
  };
  const io: CliContext["io"] = {
    env: {},
    is_tty: false,
    out: take,
    err: take,
    ask: () => Promise.resolve(""),
    untilSignal: () => Promise.resolve("SIGTERM"),
  };
  return {
    program: createProgram({ composition: createComposition({}), io }),
    written: () => {
      const all = text;
      text = "";
      return all;
    },
  };
}

export function cliReference(): string {
  const { program, written } = buildProgram();
  const sections = program.commands.map((verb) => verbSection(verb, written));
  const remote = remoteOptions(program).map(optionRow);
  const overview = program.commands.map((verb) => [`[\`${verb.name()}\`](#${verb.name()})`, verb.description()]);
  return `${GENERATED_NOTE}
# Command line

\`./tidegate <verb>\` from a checkout. stdout is data, stderr is messages; \`--json\` prints data as JSON and a failure as an object with its [code](errors.md). [Exit codes](exit-codes.md): 0 ok, 1 error, 2 usage, 3 denied by policy, 4 needs approval, 5 stale data.

${table(["verb", "what"], overview)}

Verbs that ask a running daemon share these options:

${table(OPTION_HEAD, remote)}

${sections.join("\n\n")}
`;
}

function verbSection(verb: Command, written: () => string): string {
  return [`## ${verb.name()}\n\n${body(verb, written)}`, ...innerSections(verb, verb.name(), written)].join("\n\n");
}

/** Commands inside commands, as deep as they go. */
function innerSections(command: Command, path: string, written: () => string): readonly string[] {
  return command.commands.flatMap((each) => {
    const own = `${path} ${each.name()}`;
    return [`### ${own}\n\n${body(each, written)}`, ...innerSections(each, own, written)];
  });
}

function body(command: Command, written: () => string): string {
  const blocks = [`${command.description()}.`, `\`\`\`\n${examplesOf(command, written)}\n\`\`\``];
  const shared = asksDaemon(command) ? SHARED : [];
  const own = command.options.filter((option) => !shared.includes(option.long ?? ""));
  const rows = [...command.registeredArguments.map(argumentRow), ...own.map(optionRow)];
  if (rows.length > 0) blocks.push(table(OPTION_HEAD, rows));
  if (asksDaemon(command)) blocks.push("It asks a running daemon.");
  return blocks.join("\n\n");
}

function asksDaemon(command: Command): boolean {
  return command.options.some((option) => option.long === "--url");
}

function remoteOptions(program: Command): readonly Option[] {
  const any = program.commands.find(asksDaemon);
  return (any?.options ?? []).filter((option) => SHARED.includes(option.long ?? ""));
}

/** The lines above the usage in its help. */
export function examplesOf(command: Command, written: () => string): string {
  written();
  command.outputHelp();
  const [above = ""] = written().split("Usage:");
  return [...above.matchAll(/^ {2}\$ (.+)$/gm)].map((match) => match[1]).join("\n");
}

function argumentRow(argument: Argument): readonly string[] {
  const name = argument.name();
  return [code(argument.required ? `<${name}>` : `[${name}]`), "required", argument.description];
}

function optionRow(option: Option): readonly string[] {
  const fallback: unknown = option.defaultValue;
  const shown = fallback === undefined ? "" : code(String(fallback));
  return [code(option.flags), option.mandatory ? "required" : shown, option.description];
}
