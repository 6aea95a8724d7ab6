/** What the command menu offers for what was typed. */
import type { Facility, Transfer } from "../api/types.ts";
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

/** What is loaded and can be found by its text. */
export interface Known {
  readonly transfers: readonly Transfer[];
  readonly loans: readonly Facility[];
}

const SHOWN_MAX = 12;
/** Ids of transfers: ours, and a digest a person pasted is none. */
const TRANSFER_ID = /^(trf|tr)_[0-9a-z]{4,64}$/i;

/**
 * @param known transfers and loans that are loaded; of transfers another id is offered as it was typed, and its page says when there is none
 * @example commandsFor("appr", { transfers: [], loans: [] }, false)[0]?.name // "Approvals"
 */
export function commandsFor(typed: string, { transfers, loans }: Known, frozen: boolean): readonly Command[] {
  const words = typed.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const has = (text: string): boolean => words.every((word) => text.toLowerCase().includes(word));
  const fixed = [...screens(), ...deeds(frozen)].filter(({ name, hint }) => has(`${name} ${hint}`));
  if (words.length === 0) return fixed;
  const found = [
    ...loans.filter((loan) => has(loanText(loan))).map(loanCommand),
    ...transfers.filter((transfer) => has(textOf(transfer))).map(transferCommand),
  ];
  const id = typed.trim();
  const other = TRANSFER_ID.test(id) && !transfers.some((transfer) => transfer.id === id) ? [idCommand(id)] : [];
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
        name: "Freeze…",
        hint: "asks why · Shift F stops at once",
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
    {
      id: "loan",
      name: "Propose a loan…",
      hint: "its terms, for others to sign",
      icon: "credit",
      run: { kind: "go", path: "/credit/new" },
    },
    {
      id: "envelope",
      name: "Approved in advance",
      hint: "refills for nights and weekends",
      icon: "approvals",
      run: { kind: "go", path: "/envelopes" },
    },
    {
      id: "expected",
      name: "Expected flows",
      hint: "what customers will be paid or pay in",
      icon: "wallets",
      run: { kind: "go", path: "/expected" },
    },
    {
      id: "stress",
      name: "Stress test",
      hint: "the policy under what happened to others",
      icon: "simulate",
      run: { kind: "go", path: "/simulate/stress" },
    },
    {
      id: "policy",
      name: "Try another policy",
      hint: "on the present state",
      icon: "simulate",
      run: { kind: "go", path: "/simulate/policy" },
    },
    { id: "live", name: "Pause or go on with live changes", hint: ".", icon: "live", run: { kind: "live" } },
    { id: "help", name: "Keys and theme", hint: "?", icon: "keyboard", run: { kind: "help" } },
  ];
}

function textOf({ id, from, to, asset, amount, state, tx_hash, venue_ref }: Transfer): string {
  return [id, from.label, to.label, asset, amount.amount, state, tx_hash ?? "", venue_ref ?? ""].join(" ");
}

function loanText({ object_id, reference, customer_id, state, stage }: Facility): string {
  return [object_id, reference, customer_id, state, stage].join(" ");
}

function loanCommand({ object_id, reference, customer_id, state, stage }: Facility): Command {
  const stands = state === "active" ? stage : state;
  return {
    id: object_id,
    name: `${reference} of ${customer_id}`,
    hint: `loan · ${stands.replaceAll("_", " ")}`,
    icon: "credit",
    run: { kind: "go", path: `/credit/${object_id}` },
  };
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
