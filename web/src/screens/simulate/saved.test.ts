import { describe, expect, it } from "vitest";
import { FIRST_CUSTOM } from "./custom_scenario.ts";
import { readSaved, withSaved } from "./saved.ts";

describe("saved scenarios", () => {
  it("come back as they were kept, the newest first, each name once", () => {
    const once = withSaved([], " Friday run ", FIRST_CUSTOM);
    const twice = withSaved(once, "Theft", { ...FIRST_CUSTOM, stolen_percent: 20 });
    const again = withSaved(twice, "Friday run", { ...FIRST_CUSTOM, over_hours: 6 });
    expect(again.map(({ name, custom }) => [name, custom.over_hours])).toEqual([
      ["Friday run", 6],
      ["Theft", 24],
    ]);
    expect(readSaved(JSON.stringify(again))).toEqual(again);
  });

  it("are never more than thirty", () => {
    const names = Array.from({ length: 40 }, (_, at) => `scenario ${at}`);
    const list = names.reduce<ReturnType<typeof withSaved>>((kept, name) => withSaved(kept, name, FIRST_CUSTOM), []);
    expect(list).toHaveLength(30);
    expect(list[0]?.name).toBe("scenario 39");
  });

  it.each([null, "", "no json", "{}", '[{"name":"x"}]', '[null,{"name":"","custom":{}}]'])(
    "%s holds none, and breaks nothing",
    (text) => expect(readSaved(text)).toEqual([]),
  );
});
