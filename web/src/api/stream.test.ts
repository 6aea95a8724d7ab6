import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { takeMessages } from "./stream.ts";

const TEXT =
  'id: 7\nevent: mode.changed\ndata: {"seq":7}\n\n: heartbeat\n\nid: 8\nevent: transfer.state\ndata: a\ndata: b\n\n';

describe("takeMessages", () => {
  it("reads id, event and data, joins data lines and passes over comments", () => {
    expect(takeMessages(TEXT)).toEqual({
      messages: [
        { id: "7", event: "mode.changed", data: '{"seq":7}' },
        { id: "8", event: "transfer.state", data: "a\nb" },
      ],
      rest: "",
    });
  });

  it("keeps an unfinished message for the next chunk", () => {
    expect(takeMessages("id: 9\ndata: x")).toEqual({ messages: [], rest: "id: 9\ndata: x" });
  });

  it("gives the same messages wherever the line is cut", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: TEXT.length }), (cut) => {
        const first = takeMessages(TEXT.slice(0, cut));
        const second = takeMessages(first.rest + TEXT.slice(cut));
        expect([...first.messages, ...second.messages]).toEqual(takeMessages(TEXT).messages);
      }),
    );
  });

  it("names an event without a name", () => {
    expect(takeMessages("data: x\r\n\r\n").messages).toEqual([{ id: null, event: "message", data: "x" }]);
  });
});
