/** The states of announced flows in words. */
import type { ExpectedFlow } from "../../api/types.ts";
import type { Word } from "../../widgets/words.ts";

export type FlowState = ExpectedFlow["state"];

export const FLOW_STATES: Readonly<Record<FlowState, Word & { readonly meaning: string }>> = {
  open: { word: "Open", icon: "wait", tone: "info", meaning: "Its movement is still to come." },
  matched: { word: "Matched", icon: "ok", tone: "ok", meaning: "It is that movement." },
  missed: {
    ...{ word: "Overdue", icon: "watch", tone: "watch" },
    meaning: "Its venue listed nothing of it within a day after its window: it hangs, or was never paid.",
  },
  late: {
    ...{ word: "Announced late", icon: "breach", tone: "breach" },
    meaning:
      "Its movement was listed before it was announced. That explains nothing by itself: people close its break.",
  },
};
