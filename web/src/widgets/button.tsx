/** Buttons and links that look like them; never smaller than 24 px. */
import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Icon, type IconName } from "./icon.tsx";

export type ButtonLook = "primary" | "plain" | "danger" | "ghost";

const LOOKS: Readonly<Record<ButtonLook, string>> = {
  primary: "bg-accent text-on-accent border-transparent hover:brightness-110",
  plain: "bg-surface text-ink border-line-strong hover:bg-hover",
  danger: "bg-surface text-breach border-breach hover:bg-breach-soft",
  ghost: "text-ink-2 border-transparent hover:bg-hover",
};

export function buttonClass(look: ButtonLook): string {
  return `inline-flex min-h-7 items-center justify-center gap-1.5 rounded border px-2.5 py-1 text-sm font-medium whitespace-nowrap disabled:cursor-not-allowed disabled:opacity-60 ${LOOKS[look]}`;
}

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: ButtonLook;
  readonly icon?: IconName;
}

export function Button({ look = "plain", icon, className = "", children, ...rest }: Props): ReactNode {
  return (
    <button type="button" {...rest} className={`${buttonClass(look)} ${className}`}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

interface SegmentsProps<T extends string> {
  readonly label: string;
  /** Null: none is pressed yet. */
  readonly value: T | null;
  readonly options: readonly { readonly value: T; readonly text: ReactNode; readonly name?: string }[];
  onChange(value: T): void;
}

/** One of a few: buttons that say which one is pressed. */
export function Segments<T extends string>({ label, value, options, onChange }: SegmentsProps<T>): ReactNode {
  return (
    <fieldset className="inline-flex max-w-full flex-wrap gap-0.5 self-start rounded-md border border-line bg-raised p-0.5">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          aria-label={option.name}
          title={option.name}
          onClick={() => onChange(option.value)}
          className={`inline-flex min-h-6 items-center gap-1.5 rounded px-2 text-xs font-medium ${
            option.value === value
              ? "bg-surface text-ink shadow-[0_0_0_1px_var(--line-strong)]"
              : "text-muted hover:text-ink"
          }`}
        >
          {option.text}
        </button>
      ))}
    </fieldset>
  );
}
