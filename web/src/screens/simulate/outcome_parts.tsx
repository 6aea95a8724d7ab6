/** What the outcomes of simulations are made of. */
import type { ReactNode } from "react";
import { Icon } from "../../widgets/icon.tsx";

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="font-semibold">{children}</dd>
    </div>
  );
}

export function Hour({ hour }: { readonly hour: number | null }): ReactNode {
  if (hour === null) {
    return (
      <span className="inline-flex items-center gap-1 text-ok">
        <Icon name="ok" size={13} /> never
      </span>
    );
  }
  return (
    <span className="num inline-flex items-center gap-1 text-breach">
      <Icon name="breach" size={13} /> {hour === 0 ? "at once" : `in hour ${hour}`}
    </span>
  );
}

/** Over every picture: this is not the treasury. */
export function Watermark(): ReactNode {
  return (
    <span
      aria-hidden="true"
      className="pointer-events-none absolute inset-0 grid place-items-center text-4xl font-bold tracking-[0.35em] text-watch opacity-15"
    >
      SIMULATION
    </span>
  );
}
