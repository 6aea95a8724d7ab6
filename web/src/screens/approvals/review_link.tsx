/** The whole row opens the same; a button says so. */
import type { ReactNode } from "react";
import { Link } from "wouter";
import { buttonClass } from "../../widgets/button.tsx";

export function ReviewLink({ href }: { readonly href: string }): ReactNode {
  return (
    <Link href={href} className={`${buttonClass("primary")} relative z-10`}>
      Review
    </Link>
  );
}
