/** A move of a wallet to itself: what becomes one and what it costs. Nothing but the fee leaves, so there is no amount to review. */
import type { ReactNode } from "react";
import type { Move } from "../../api/types.ts";
import { Amount } from "../../widgets/value.tsx";

export function WithinBlock({ move, by_hand }: { readonly move: Move; readonly by_hand: boolean }): ReactNode {
  return (
    <div className="mt-2.5 rounded border border-line bg-raised px-3 py-2">
      <p>
        {move.from_label} puts small coins together
        {move.touches !== undefined && (
          <>
            : <Amount money={move.touches} className="font-medium" /> become one
          </>
        )}
      </p>
      <p className="text-muted">
        {move.network}, only the fee leaves: <Amount money={move.fee} className="text-ink-2" />
      </p>
      {by_hand && (
        <p className="text-muted">
          Ask for it with <code className="font-mono">./tidegate transfers consolidate {move.from_wallet}</code>
        </p>
      )}
    </div>
  );
}
