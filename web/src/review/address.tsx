/** A full address in groups of four, so that an eye can follow it to the end. */
import type { ReactNode } from "react";
import { groupHex } from "../format/digest.ts";

export function Address({ address, memo }: { readonly address: string; readonly memo: string | null }): ReactNode {
  const named = address.includes(":");
  return (
    <code className="font-mono text-xs break-words" title={address}>
      {named ? address : groupHex(address)}
      {memo !== null && <span className="text-muted"> memo {memo}</span>}
    </code>
  );
}
