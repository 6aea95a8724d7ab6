/** The sheet of keys. */
import { type ReactNode, useState } from "react";
import { Sheet } from "../widgets/sheet.tsx";
import { PLACES } from "./places.ts";
import { ThemeSwitch } from "./rail.tsx";
import { shortcutsSetting } from "./shortcuts.ts";

const KEYS: readonly (readonly [string, string])[] = [
  ...PLACES.map((place) => [`g ${place.key}`, `Go to ${place.name}`] as const),
  ["Ctrl K", "Command menu: go, freeze, find a transfer or a loan (Cmd K on a Mac)"],
  ["j  k", "Next, previous row"],
  ["Enter", "Open the row"],
  ["Esc", "Close"],
  ["/", "Filter"],
  ["e", "Go to export"],
  [".", "Pause or go on with live changes"],
  ["Shift F", "Freeze at once"],
  ["?", "This sheet"],
];

export function HelpSheet({ onClose }: { onClose(): void }): ReactNode {
  const [enabled, setEnabled] = useState(shortcutsSetting.enabled);
  const change = (value: boolean): void => {
    shortcutsSetting.set(value);
    setEnabled(value);
  };
  return (
    <Sheet title="Keys" head="No single key approves, signs or sends anything." onClose={onClose}>
      <dl className="grid grid-cols-[7rem_1fr] gap-y-1.5">
        {KEYS.map(([keys, meaning]) => (
          <div key={keys} className="contents">
            <dt>
              <kbd className="rounded border border-line-strong bg-raised px-1.5 py-0.5 font-mono text-xs">{keys}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <label className="mt-5 flex min-h-7 items-center gap-2">
        <input
          type="checkbox"
          className="size-4 accent-[var(--accent)]"
          checked={enabled}
          onChange={(event) => change(event.target.checked)}
        />
        Keys are on (this machine)
      </label>
      <div className="mt-3 flex items-center gap-2">
        Theme <ThemeSwitch />
      </div>
    </Sheet>
  );
}
