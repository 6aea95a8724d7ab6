/** Puts an exact value on the clipboard and says that it did. */
import { type ReactNode, useState } from "react";
import { Icon } from "./icon.tsx";

interface Props {
  readonly text: string;
  /** What is copied: "digest", "transaction hash". */
  readonly what: string;
}

type Result = "idle" | "copied" | "refused";
const TITLES: Readonly<Record<Result, string>> = { idle: "", copied: "Copied", refused: "The browser refused" };

export function Copy({ text, what }: Props): ReactNode {
  const [result, setResult] = useState<Result>("idle");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setResult("copied");
    } catch {
      setResult("refused");
    }
  };
  return (
    <button
      type="button"
      aria-label={`Copy the ${what}`}
      title={`Copy the ${what}`}
      onClick={() => void copy()}
      onBlur={() => setResult("idle")}
      className="ml-1 inline-flex min-h-6 min-w-6 items-center justify-center gap-1 rounded align-middle text-muted hover:bg-hover hover:text-ink"
    >
      <Icon name={result === "copied" ? "ok" : "copy"} size={13} />
      <span role="status" className={result === "idle" ? "sr-only" : "text-xs"}>
        {TITLES[result]}
      </span>
    </button>
  );
}
