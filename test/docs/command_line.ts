/** Whether a line of documentation is a command that exists. */
import type { Command } from "commander";

/**
 * What is wrong with the line, as a sentence; null when its verb, arguments and options exist.
 * @example faultOf(program, "./tidegate plan --dry") // "plan has no option --dry"
 */
export function faultOf(program: Command, line: string): string | null {
  const [, ...words] = wordsOf(line);
  let command = program;
  while (words[0] !== undefined) {
    const inner = command.commands.find((each) => each.name() === words[0]);
    if (inner === undefined) break;
    command = inner;
    words.shift();
  }
  if (command === program && words[0]?.startsWith("-") !== true) return `there is no verb ${words[0] ?? ""}`;
  return faultOfWords(command, words);
}

function faultOfWords(command: Command, words: readonly string[]): string | null {
  const positional: string[] = [];
  const given = new Set<string>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (!word.startsWith("-")) {
      positional.push(word);
      continue;
    }
    const option = command.options.find((each) => each.long === word || each.short === word);
    if (option === undefined && !["--help", "--version"].includes(word))
      return `${command.name()} has no option ${word}`;
    given.add(option?.long ?? word);
    if (option?.required === true) at += 1;
    if (at >= words.length) return `${word} needs a value`;
  }
  const takes = command.registeredArguments.length;
  const takes_more = command.registeredArguments.at(-1)?.variadic === true;
  if (positional.length > takes && !takes_more) return `${command.name()} takes no "${positional[takes]}"`;
  const missing = command.registeredArguments.find((each, at) => each.required && positional[at] === undefined);
  if (missing !== undefined) return `${command.name()} needs <${missing.name()}>`;
  const unset = command.options.find((each) => each.mandatory && !given.has(each.long ?? ""));
  return unset === undefined ? null : `${command.name()} needs ${unset.flags}`;
}

/** Words of a shell line up to a comment, a pipe or a redirection; quotes keep a word together. */
export function wordsOf(line: string): string[] {
  const [command = ""] = line.split(/\s(?:#|\||>|&&)\s?/);
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}
