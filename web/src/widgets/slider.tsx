/** A number chosen by sliding or with the arrow keys; what it says stands beside it. */
import { type ReactNode, useId } from "react";

interface Props {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  /** The value as people read it, also to a screen reader. */
  readonly text: string;
  onChange(value: number): void;
}

export function Slider({ label, value, min, max, step = 1, text, onChange }: Props): ReactNode {
  const id = useId();
  return (
    <div>
      <div className="flex items-baseline justify-between gap-2 text-xs">
        <label htmlFor={id} className="font-medium text-ink-2">
          {label}
        </label>
        <output htmlFor={id} className="num font-semibold">
          {text}
        </output>
      </div>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={text}
        onChange={(event) => onChange(event.target.valueAsNumber)}
        className="block h-6 w-full accent-[var(--accent)]"
      />
    </div>
  );
}
