/** Under a list: the next older page, or that there is none. */
import type { ReactNode } from "react";
import { Button } from "./button.tsx";

interface Props {
  readonly pages: { readonly has_more: boolean; readonly loading_more: boolean; more(): void };
}

export function LoadMore({ pages }: Props): ReactNode {
  if (!pages.has_more) return null;
  return (
    <div className="border-t border-line p-2 text-center">
      <Button onClick={pages.more} disabled={pages.loading_more}>
        {pages.loading_more ? "Loading …" : "Load more"}
      </Button>
    </div>
  );
}
