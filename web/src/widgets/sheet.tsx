/**
 * A sheet at the right edge: one object, opened from its row, closed with Escape. It is the browser's own modal dialog: the
 * focus stays inside, what lies behind is inert, and on closing the focus returns to where it was.
 */
import { type MouseEvent, type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { Icon } from "./icon.tsx";

interface Props {
  readonly title: string;
  /** Under the title: state, id. */
  readonly head?: ReactNode;
  readonly children: ReactNode;
  /** Stays at the bottom. */
  readonly foot?: ReactNode;
  onClose(): void;
}

export function Sheet({ title, head, children, foot, onClose }: Props): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // What a person came for has the focus first, where a sheet says so.
    element?.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => element?.close();
  }, []);
  const closeOutside = (event: MouseEvent): void => {
    if (event.target === dialog.current) onClose();
  };
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={closeOutside}
      className="sheet m-0 ml-auto h-dvh max-h-none w-full max-w-2xl border-l border-line bg-surface text-ink shadow-2xl"
    >
      <div className="flex h-full flex-col">
        <header className="flex items-start justify-between gap-3 border-b border-line px-4 py-3">
          <div className="min-w-0">
            <h2 id={titleId} className="text-base leading-6 font-semibold">
              {title}
            </h2>
            {head && <div className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-muted">{head}</div>}
          </div>
          <button
            type="button"
            aria-label="Close"
            onClick={onClose}
            className="grid size-8 shrink-0 place-items-center rounded text-ink-2 hover:bg-hover"
          >
            <Icon name="close" />
          </button>
        </header>
        <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3">{children}</div>
        {foot && <footer className="border-t border-line bg-raised px-4 py-3">{foot}</footer>}
      </div>
    </dialog>
  );
}
