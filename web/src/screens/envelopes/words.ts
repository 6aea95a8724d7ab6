/** An envelope's state in a word. */
import type { Envelope } from "../../api/types.ts";
import type { Word } from "../../widgets/words.ts";

const STATES: Readonly<Record<Envelope["state"], Word>> = {
  open: { word: "Waits for votes", icon: "person", tone: "watch" },
  active: { word: "In force", icon: "ok", tone: "ok" },
  denied: { word: "Denied", icon: "blocked", tone: "plain" },
  expired: { word: "Over", icon: "blocked", tone: "plain" },
  revoked: { word: "Taken back", icon: "blocked", tone: "plain" },
};

export function stateWord({ state, usable }: Pick<Envelope, "state" | "usable">): Word {
  if (state === "active" && !usable) return { word: "Nothing may use it now", icon: "watch", tone: "watch" };
  return STATES[state];
}
