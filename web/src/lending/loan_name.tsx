/** A loan by the lender's number of its contract, and whose it is. */
import type { ReactNode } from "react";

export function LoanName({
  loan,
}: {
  readonly loan: { readonly reference: string; readonly customer_id: string };
}): ReactNode {
  return (
    <span>
      <span className="whitespace-nowrap">{loan.reference}</span>{" "}
      <span className="font-normal text-muted">{loan.customer_id}</span>
    </span>
  );
}
