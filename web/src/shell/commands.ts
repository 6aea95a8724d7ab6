/** What the command menu offers for what was typed. */
import type { Transfer } from "../api/types.ts";
import type { IconName } from "../widgets/icon.tsx";
import { PLACES } from "./places.ts";

export interface Command {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly icon: IconName;
  readonly run:
    | { readonly kind: "go"; readonly path: string }
    | { readonly kind: "freeze" | "resume" | "help" | "live" };
}

const SHOWN_MAX = 12;
/** Ids of transfers: ours, and a digest a person pasted is none. */
const TRANSFER_ID = /^(trf|tr)_[0-9a-z]{4,64}$/i;

/**
 * @param known transfers that are loaded; another id is offered as it was typed, and its page says when there is none
 * @example commandsFor("appr", [], false)[0]?.name // "Approvals"
 */
export function commandsFor(typed: string, known: readonly Transfer[], frozen: boolean): readonly Command[] {
  const words = typed.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const has = (text: string): boolean => words.every((word) => text.toLowerCase().includes(word));
  const fixed = [...screens(), ...deeds(frozen)].filter(({ name, hint }) => has(`${name} ${hint}`));
  if (words.length === 0) return fixed;
  const found = known.filter((transfer) => has(textOf(transfer))).map(transferCommand);
  const id = typed.trim();
  const other = TRANSFER_ID.test(id) && !known.some((transfer) => transfer.id === id) ? [idCommand(id)] : [];
  return [...fixed, ...other, ...found].slice(0, SHOWN_MAX);
}

function screens(): Command[] {
  return PLACES.map(({ name, path, icon, key }) => ({
    id: path,
    name,
    hint: `go to the screen · g ${key}`,
    icon,
    run: { kind: "go", path },
  }));
}

function deeds(frozen: boolean): Command[] {
  const stop: Command = frozen
    ? { id: "resume", name: "Resume…", hint: "needs an admin's signature", icon: "auto", run: { kind: "resume" } }
    : {
        id: "freeze",
        name: "Freeze",
        hint: "stops everything new at once · Shift F",
        icon: "frozen",
        run: { kind: "freeze" },
      };
  return [
    stop,
    {
      id: "transfer",
      name: "Transfer by hand…",
      hint: "between wallets of one pool",
      icon: "plus",
      run: { kind: "go", path: "/transfers/new" },
    },
    { id: "live", name: "Pause or go on with live changes", hint: ".", icon: "live", run: { kind: "live" } },
    { id: "help", name: "Keys and theme", hint: "?", icon: "keyboard", run: { kind: "help" } },
  ];
}

function textOf({ id, from, to, asset, amount, state, tx_hash, venue_ref }: Transfer): string {
  return [id, from.label, to.label, asset, amount.amount, state, tx_hash ?? "", venue_ref ?? ""].join(" ");
}

function transferCommand({ id, from, to, state }: Transfer): Command {
  const hint = `${id} · ${state.replaceAll("_", " ")}`;
  return {
    id,
    name: `${from.label} to ${to.label}`,
    hint,
    icon: "transfers",
    run: { kind: "go", path: `/transfers/${id}` },
  };
}

function idCommand(id: string): Command {
  return {
    id,
    name: `Open transfer ${id}`,
    hint: "by its id",
    icon: "search",
    run: { kind: "go", path: `/transfers/${id}` },
  };
}
