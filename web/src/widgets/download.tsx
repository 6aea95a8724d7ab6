/** A file to take along. A link cannot carry a token; then the file is fetched and handed over. */
import type { MouseEvent, ReactNode } from "react";
import { saveFile, token } from "../api/client.ts";
import { buttonClass } from "./button.tsx";
import { Icon } from "./icon.tsx";

interface Props {
  readonly href: string;
  readonly name: string;
  /** `e` goes to the first of these on a screen. */
  readonly children: ReactNode;
}

export function Download({ href, name, children }: Props): ReactNode {
  const withToken = (event: MouseEvent): void => {
    if (token.read() === null) return;
    event.preventDefault();
    void saveFile(href, name);
  };
  return (
    <a data-export="" download={name} className={buttonClass("plain")} href={href} onClick={withToken}>
      <Icon name="download" />
      {children}
    </a>
  );
}
