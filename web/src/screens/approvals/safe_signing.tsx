/** A Safe's owners sign its own hash with their own keys, outside this browser. */
import type { ReactNode } from "react";
import type { Approval } from "../../api/types.ts";
import { Code } from "../../widgets/panel.tsx";
import { Digest } from "../../widgets/value.tsx";

export function SafeSigning({ approval }: { readonly approval: Approval }): ReactNode {
  if (!approval.signing) return <p className="text-muted">The Safe transaction is being prepared.</p>;
  return (
    <section aria-label="Sign as an owner of the Safe">
      <h3 className="label mb-1">Sign as an owner of the Safe</h3>
      <p className="mb-1">
        Its owners sign this hash: <Digest hex={approval.signing.hash} />
      </p>
      <p className="mb-2 text-muted">
        The command decodes the transaction again, shows it, and signs with your key file:
      </p>
      <Code text={`./tidegate approve ${approval.object_id} --key owner.key`} label="Command to sign" />
      <details className="mt-2">
        <summary className="inline-flex min-h-6 cursor-pointer items-center rounded text-muted hover:text-ink">
          The typed data
        </summary>
        <Code text={JSON.stringify(approval.signing.typed_data, null, 2)} label="Typed data" />
      </details>
    </section>
  );
}
