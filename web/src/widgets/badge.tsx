/** A state: colour, shape and word together. */
import type { ReactNode } from "react";
import { Icon } from "./icon.tsx";
import type { Tone, Word } from "./words.ts";

export const TONE_TEXT: Readonly<Record<Tone, string>> = {
  ok: "text-ok",
  watch: "text-watch",
  breach: "text-breach",
  info: "text-info",
  plain: "text-ink-2",
};

const TONE_BOX: Readonly<Record<Tone, string>> = {
  ok: "bg-ok-soft border-ok-line text-ok",
  watch: "bg-watch-soft border-watch-line text-watch",
  breach: "bg-breach-soft border-breach-line text-breach",
  info: "bg-info-soft border-info-line text-info",
  plain: "bg-raised border-line-strong text-ink-2",
};

interface Props {
  readonly state: Word;
  /** Without a box, for dense tables. */
  readonly bare?: boolean;
  readonly title?: string;
}

export function Badge({ state, bare = false, title }: Props): ReactNode {
  const look = bare ? TONE_TEXT[state.tone] : `${TONE_BOX[state.tone]} rounded border px-1.5 py-px`;
  return (
    <span title={title} className={`inline-flex items-baseline gap-1 text-xs font-medium whitespace-nowrap ${look}`}>
      <Icon name={state.icon} size={13} className="self-center" />
      {state.word}
    </span>
  );
}
