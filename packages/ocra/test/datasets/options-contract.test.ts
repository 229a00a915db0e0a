// Data sets by name: the options that a list shows are those that are accepted, no more and no fewer.
import { type DataSetEntry, dataSets } from "@throughline/ocra";
import { describe, expect, test } from "vitest";

/** A value that no option takes: each must refuse it as a value, and not as an option that there is not. */
const wrong = { of: "nothing" };

async function refusal(entry: DataSetEntry, options: Readonly<Record<string, unknown>>): Promise<string> {
  try {
    await entry.make(options);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

describe.each(dataSets.map((entry) => [entry.name, entry] as const))("%s", (name, entry) => {
  test("has a purpose, a kind and a sentence for each option", () => {
    expect(entry.purpose).toMatch(/^[A-Z].*[.?]$/);
    expect(["displays", "task", "either"]).toContain(entry.kind);
    for (const sentence of Object.values(entry.options)) expect(sentence.length).toBeGreaterThan(3);
  });

  test("each option that is listed is known", async () => {
    for (const option of Object.keys(entry.options)) {
      const path = "path" in entry.options ? { path: "/nowhere at all" } : {};
      const few = "count" in entry.options ? { count: 2 } : {};
      const said = await refusal(entry, { ...path, ...few, [option]: wrong });
      expect(said, option).not.toContain("there is no option");
      expect(said, option).not.toBe("");
    }
  });

  test("another one is refused by its name", async () => {
    const path = "path" in entry.options ? { path: "/nowhere at all" } : {};
    const said = await refusal(entry, { ...path, colour: 3 });
    expect(said).toContain("there is no option colour");
    expect(said.startsWith(name)).toBe(true);
  });
});

test("defaults in the list are those of the data sets", async () => {
  for (const entry of dataSets.filter(({ options }) => !("path" in options))) {
    const { config, shape, length } = await entry.make({});
    for (const [option, sentence] of Object.entries(entry.options)) {
      const stated = /\(default (\d+)\)/.exec(sentence)?.[1];
      if (stated === undefined) continue;
      const found = option === "size" ? shape.width : option === "count" ? length : config?.[option];
      expect(found, `${entry.name}: ${option}`).toBe(Number(stated));
    }
  }
});
