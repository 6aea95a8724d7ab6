/** Ctrl/Cmd-K: type where to go or what to find. Nothing in it approves, signs or sends. */
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type MouseEvent, type ReactNode, useId, useLayoutEffect, useRef, useState } from "react";
import { queries } from "../api/queries.ts";
import { Icon } from "../widgets/icon.tsx";
import { type Command, commandsFor } from "./commands.ts";

const KNOWN_MAX = 500;

interface Props {
  readonly frozen: boolean;
  onRun(command: Command): void;
  onClose(): void;
}

export function CommandMenu({ frozen, onRun, onClose }: Props): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const listId = useId();
  const transfers = useQuery(queries.transfers({ limit: KNOWN_MAX })).data?.items ?? [];
  const loans = useQuery(queries.facilities("live")).data?.items ?? [];
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const commands = commandsFor(typed, { transfers, loans }, frozen);
  const now = Math.min(at, Math.max(0, commands.length - 1));
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  const run = (command: Command | undefined): void => {
    if (!command) return;
    onClose();
    onRun(command);
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && commands.length > 0) {
      event.preventDefault();
      setAt((now + step + commands.length) % commands.length);
    }
    if (event.key === "Enter") {
      event.preventDefault();
      run(commands[now]);
    }
  };
  const closeOutside = (event: MouseEvent): void => {
    if (event.target === dialog.current) onClose();
  };
  return (
    <dialog
      ref={dialog}
      aria-label="Command menu"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={closeOutside}
      className="sheet mx-auto mt-[12vh] w-[min(36rem,calc(100vw-1.5rem))] rounded-lg border border-line-strong bg-surface p-0 text-ink shadow-2xl"
    >
      <div className="flex items-center gap-2 border-b border-line px-3">
        <Icon name="search" className="text-muted" />
        <input
          role="combobox"
          aria-label="Go to, do, or find a transfer or a loan"
          aria-expanded={commands.length > 0}
          aria-controls={listId}
          aria-activedescendant={commands[now] ? `${listId}-${now}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder="Screen, freeze, transfer, loan, wallet, amount …"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKey}
          className="min-h-11 w-full bg-transparent text-base outline-none placeholder:text-muted"
        />
      </div>
      {commands.length === 0 && (
        <p className="px-3 py-3 text-muted">Nothing has this name. A transfer is found by its id.</p>
      )}
      <div id={listId} role="listbox" aria-label="Commands" className="max-h-[50vh] overflow-y-auto py-1">
        {commands.map((command, index) => (
          <Option
            key={command.id}
            id={`${listId}-${index}`}
            command={command}
            selected={index === now}
            onRun={() => run(command)}
          />
        ))}
      </div>
    </dialog>
  );
}

interface OptionProps {
  readonly id: string;
  readonly command: Command;
  readonly selected: boolean;
  onRun(): void;
}

/** The focus stays in the input, which names the option that Enter takes. */
function Option({ id, command, selected, onRun }: OptionProps): ReactNode {
  return (
    <button
      type="button"
      id={id}
      role="option"
      aria-selected={selected}
      tabIndex={-1}
      onClick={onRun}
      className={`flex min-h-8 w-full flex-wrap items-center gap-x-2.5 px-3 py-1 text-left hover:bg-hover ${selected ? "bg-accent-soft" : ""}`}
    >
      <Icon name={command.icon} className={selected ? "text-accent" : "text-muted"} />
      <span className="font-medium">{command.name}</span>
      <span className="ml-auto truncate text-xs text-ink-2">{command.hint}</span>
    </button>
  );
}
