/** Labelled inputs. */
import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes } from "react";
import { useId } from "react";
import { amountProblem } from "../format/amount.ts";

const BOX = "min-h-7 w-full rounded border border-line-strong bg-surface px-2 text-sm text-ink placeholder:text-muted";

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly hideLabel?: boolean;
}

type InputProps = FieldProps & InputHTMLAttributes<HTMLInputElement>;

export function Input({ label, hint, error, hideLabel = false, className = "", ...rest }: InputProps): ReactNode {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className={hideLabel ? "sr-only" : "mb-1 block text-xs font-medium text-ink-2"}>
        {label}
      </label>
      <input id={id} aria-describedby={`${id}-hint`} aria-invalid={error !== undefined} {...rest} className={BOX} />
      <p id={`${id}-hint`} className={`text-xs ${error ? "text-breach" : "text-muted"} ${hint || error ? "mt-1" : ""}`}>
        {error ?? hint}
      </p>
    </div>
  );
}

type AmountProps = Omit<InputProps, "value" | "onChange"> & {
  readonly value: string;
  onChange(value: string): void;
};

/** An amount; says at once when what is typed is none. */
export function AmountInput({ onChange, error, ...rest }: AmountProps): ReactNode {
  return (
    <Input
      inputMode="decimal"
      autoComplete="off"
      {...rest}
      error={error ?? amountProblem(rest.value)}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

interface SelectProps extends FieldProps, Omit<SelectHTMLAttributes<HTMLSelectElement>, "onChange"> {
  readonly options: readonly (readonly [value: string, text: string])[];
  onChange(value: string): void;
}

export function Select({
  label,
  hint,
  hideLabel = false,
  options,
  onChange,
  className = "",
  ...rest
}: SelectProps): ReactNode {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className={hideLabel ? "sr-only" : "mb-1 block text-xs font-medium text-ink-2"}>
        {label}
      </label>
      <select id={id} {...rest} onChange={(event) => onChange(event.target.value)} className={BOX}>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      {hint && <p className="mt-1 text-xs text-muted">{hint}</p>}
    </div>
  );
}
