import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { buildProgram, examplesOf } from "../../scripts/generate/cli.ts";
import { readText } from "../../scripts/generate/sources.ts";
import { faultOf, wordsOf } from "./command_line.ts";
import { commandsOf, listPages } from "./pages.ts";

const { program, written } = buildProgram();
const PAGES = listPages();
const SCRIPTS = new Set([...Object.keys(packageJson.scripts), "ci", "install"]);

function allCommands(command: Command): readonly Command[] {
  return [...command.commands, ...command.commands.flatMap(allCommands)];
}

/** `./tidegate <verb>` speaks of any verb. */
const isConcrete = (line: string): boolean => !/^\.\/tidegate( <verb>)?$/.test(line);

describe("commands in the documentation", () => {
  it.each(PAGES.map((page) => [page.path, page] as const))("%s shows only commands that exist", (_path, page) => {
    const lines = commandsOf(page, "./tidegate").filter(isConcrete);
    const faults = lines.flatMap((line) => {
      const fault = faultOf(program, line);
      return fault === null || isMention(line, fault) ? [] : [`${line}: ${fault}`];
    });
    expect(faults).toEqual([]);
  });

  it("are there to be checked", () => {
    const runnable = PAGES.filter(({ path }) => /^docs\/(how-to|runbooks)\//.test(path));
    expect(runnable.flatMap((page) => commandsOf(page, "./tidegate")).length).toBeGreaterThan(12);
  });

  it.each(PAGES.map((page) => [page.path, page] as const))("%s names only npm scripts that exist", (_path, page) => {
    const names = commandsOf(page, "npm ").map((line) => wordsOf(line).filter((word) => word !== "run")[1] ?? "");
    expect(names.filter((name) => !SCRIPTS.has(name))).toEqual([]);
  });
});

describe("the reference of the command line", () => {
  const reference = readText("docs/reference/cli.md");

  it.each(program.commands.map((verb) => [verb.name(), verb] as const))("has %s with every option", (name, verb) => {
    expect(reference).toContain(`\n## ${name}\n\n${verb.description()}.`);
    for (const each of [verb, ...allCommands(verb)]) {
      for (const option of each.options) expect(reference).toContain(`\`${option.flags}\``);
    }
    for (const inner of verb.commands) expect(reference).toContain(`\n### ${name} ${inner.name()}\n`);
  });

  it("no verb takes an option away from a command inside it", () => {
    const taken = allCommands(program).flatMap((command) => {
      const outer = new Set(command.parent?.options.map(({ long }) => long) ?? []);
      const lost = command.options.filter(({ long, mandatory }) => mandatory && outer.has(long));
      return lost.map(({ long }) => `${command.parent?.name()} ${command.name()} ${long}`);
    });
    expect(taken).toEqual([]);
  });

  it("every verb shows an example that it accepts", () => {
    for (const command of allCommands(program)) {
      const examples = examplesOf(command, written).split("\n");
      expect(examples.length).toBeGreaterThan(0);
      expect(examples.map((line) => faultOf(program, line)).filter((fault) => fault !== null)).toEqual([]);
    }
  });
});

describe("faultOf", () => {
  it.each([
    ["./tidegate plan -c tidegate.yaml --json", null],
    ["./tidegate transfers show ID", null],
    ['./tidegate freeze --reason "two words"', null],
    ["./tidegate audit export > audit.jsonl", null],
    ["./tidegate refill", "there is no verb refill"],
    ["./tidegate plan --dry", "plan has no option --dry"],
    ["./tidegate transfers show", "show needs <id>"],
    ["./tidegate freeze", "freeze needs --reason <text>"],
    ["./tidegate freeze --reason", "--reason needs a value"],
    ["./tidegate wallets hot-usdt", 'wallets takes no "hot-usdt"'],
  ])("%s: %s", (line, fault) => {
    expect(faultOf(program, line)).toBe(fault);
  });
});

/** In a sentence a verb may stand for itself: `./tidegate approve`. */
function isMention(line: string, fault: string): boolean {
  return wordsOf(line).length === 2 && / needs /.test(fault);
}
