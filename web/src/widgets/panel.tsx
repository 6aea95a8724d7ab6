/** The pieces a screen is laid out with, and the four states every piece of data has: loading, empty, failed, there. */
import type { ReactNode } from "react";
import { Icon } from "./icon.tsx";

interface PanelProps {
  readonly title: string;
  /** Beside the title, at the right. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
  /** Tables go to the edge. */
  readonly flush?: boolean;
  /** What is inside may grow to the height that is there. */
  readonly fill?: boolean;
}

export function Panel({ title, aside, children, className = "", flush = false, fill = false }: PanelProps): ReactNode {
  return (
    <section
      aria-label={title}
      className={`flex min-w-0 flex-col rounded-lg border border-line bg-surface ${className}`}
    >
      <header className="flex min-h-9 flex-wrap items-center justify-between gap-x-3 gap-y-1 border-b border-line px-3 py-1.5">
        <h2 className="label">{title}</h2>
        {aside && <div className="flex flex-wrap items-center gap-2 text-xs text-muted">{aside}</div>}
      </header>
      <div className={`min-w-0 flex-1 ${flush ? "" : "p-3"} ${fill ? "flex flex-col" : ""}`}>{children}</div>
    </section>
  );
}

interface ScreenHeadProps {
  readonly title: string;
  readonly sentence?: string;
  readonly children?: ReactNode;
}

export function ScreenHead({ title, sentence, children }: ScreenHeadProps): ReactNode {
  return (
    <div className="mb-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <div className="min-w-0">
        <h1 className="text-lg leading-6 font-semibold tracking-tight">{title}</h1>
        {sentence && <p className="text-muted">{sentence}</p>}
      </div>
      {children && <div className="flex flex-wrap items-center gap-2">{children}</div>}
    </div>
  );
}

export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }): ReactNode {
  return (
    <div className="px-4 py-8 text-center">
      <p className="font-medium text-ink">{title}</p>
      {children && <div className="mx-auto mt-1 max-w-xl text-muted">{children}</div>}
    </div>
  );
}

const WIDTHS = ["92%", "75%", "84%", "58%", "68%", "88%", "62%", "80%"];

export function Skeleton({ rows = 5 }: { readonly rows?: number }): ReactNode {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-3 p-3">
      {WIDTHS.slice(0, rows).map((width) => (
        <div key={width} className="pulse h-4 rounded bg-hover" style={{ width }} />
      ))}
    </div>
  );
}

interface FailureProps {
  readonly error: Error;
  readonly what: string;
  /** What did not happen to it. */
  readonly did?: string;
}

/** What went wrong, in words; the data below stays as last known. */
export function Failure({ error, what, did = "could not be read" }: FailureProps): ReactNode {
  return (
    <div
      role="alert"
      className="flex items-start gap-2 rounded border border-breach-line bg-breach-soft px-3 py-2 text-breach"
    >
      <Icon name="breach" className="mt-0.5" />
      <p>
        <span className="font-medium">
          {what} {did}.
        </span>{" "}
        {error.message}
      </p>
    </div>
  );
}

interface DataProps<T> {
  readonly query: { readonly data: T | undefined; readonly error: Error | null };
  /** What it is, for the sentence when it fails. */
  readonly what: string;
  readonly children: (data: T) => ReactNode;
}

/** Loading, failed or there; what was there stays visible under a failure, greyed, never blanked. */
export function Data<T>({ query, what, children }: DataProps<T>): ReactNode {
  const { data, error } = query;
  if (data === undefined)
    return error ? (
      <div className="p-3">
        <Failure error={error} what={what} />
      </div>
    ) : (
      <Skeleton />
    );
  if (!error) return children(data);
  return (
    <>
      <div className="p-3">
        <Failure error={error} what={what} />
      </div>
      <div className="opacity-80">{children(data)}</div>
    </>
  );
}

/** WCAG 2.1.1: what scrolls must be reachable with the keyboard alone, though nothing in it can be pressed. */
const REACHABLE = { tabIndex: 0 };

interface ScrollerProps {
  readonly label: string;
  readonly className: string;
  readonly children: ReactNode;
}

export function Scroller({ label, className, children }: ScrollerProps): ReactNode {
  return (
    <section {...REACHABLE} aria-label={label} className={`overflow-auto ${className}`}>
      {children}
    </section>
  );
}

/** Text to read or copy as it is. */
export function Code({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  return (
    <Scroller label={label} className="max-h-[60vh] rounded border border-line bg-raised">
      <pre className="p-3 font-mono text-xs leading-5 whitespace-pre-wrap break-all text-ink-2">{text}</pre>
    </Scroller>
  );
}

/** Names and values, aligned; stacks when narrow. */
export function Facts({ rows }: { readonly rows: readonly (readonly [string, ReactNode])[] }): ReactNode {
  return (
    <dl className="grid grid-cols-1 gap-x-4 sm:grid-cols-[10rem_minmax(0,1fr)]">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="pt-1 text-muted sm:pb-1">{name}</dt>
          <dd className="min-w-0 pb-1 break-words sm:pt-1">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
