// Modules of users' own, wrong in every way there is.
import { defineExperiment, type ExperimentEntry, LabError } from "@throughline/lab";
import { registered } from "@throughline/lab/registry";
import { describe, expect, test } from "vitest";

const good = { name: "mine/first", purpose: "What it is for" };
const experiment = defineExperiment({ ...good, config: {}, presets: {}, run: async () => ({}) });
const load = async () => experiment;

function refusal(module: object): string {
  try {
    registered(module, "mine.js");
  } catch (error) {
    expect(error).toBeInstanceOf(LabError);
    expect((error as LabError).code).toBe("lab/registry");
    return (error as LabError).message;
  }
  return "accepted";
}

describe("a module", () => {
  test("that is right is taken, with either list", async () => {
    const { experiments, reproductions } = registered({ experiments: [{ ...good, load }] }, "mine.js");
    expect(await experiments[0]?.load()).toBe(experiment);
    expect(reproductions).toEqual([]);
    expect(refusal({ reproductions: [] })).toBe("accepted");
  });

  test.each([
    [{}, /it exports nothing; write `export const experiments/],
    [{ default: { experiments: [] } }, /it exports default; write/],
    [{ experiments: { first: good } }, /experiments is an object, not a list/],
    [{ experiments: [null] }, /experiments\[0\] is null; give \{ name, purpose, load \}/],
    [
      { experiments: [{ name: "mine/first", load }] },
      /mine\/first has nothing as its purpose; give one line/,
    ],
    [{ experiments: [{ ...good, purpose: "two\nlines", load }] }, /has "two\\nlines" as its purpose/],
    [
      { experiments: [{ purpose: "x", load }] },
      /experiments\[0\] has the name nothing; give one like system\/what/,
    ],
    [{ experiments: [{ ...good, name: "../x", load }] }, /has the name "\.\.\/x"/],
    [{ experiments: [good] }, /mine\/first has nothing as load; give a function/],
    [{ reproductions: 3 }, /reproductions is 3, not a list/],
    [
      { stores: [{ name: "a b", purpose: "Keeps.", load }] },
      /stores\[0\] has the name "a b"; give one like episodes/,
    ],
    [
      { importers: [{ name: "ocra", purpose: "Weights.", flags: {}, load }] },
      /ocra has nothing as marks; give an object/,
    ],
    [{ dataSets: [null] }, /dataSets\[0\] is null; give \{ name, purpose, options, open \}/],
    [
      { dataSets: [{ name: "dice", purpose: "Throws.", open: load }] },
      /dice has nothing as options; give an object/,
    ],
    [
      { dataSets: [{ name: "a b", purpose: "Throws.", options: {}, open: load }] },
      /has the name "a b"; give one like family\/what/,
    ],
    [
      { commands: [{ name: "two/words", purpose: "x", operand: {}, flags: {}, load }] },
      /has the name "two\/words"; give one like verb/,
    ],
    [{ commands: [{ name: "bet", purpose: "x", load }] }, /bet has nothing as flags/],
  ])("%j is refused in a sentence", (module, sentence) => expect(refusal(module)).toMatch(sentence));

  test("is told everything at once", () => {
    const said = refusal({ experiments: [{ ...good, purpose: 3 }, good], reproductions: [{}] });
    expect(said).toMatch(/its purpose; .*as load; .*has the name nothing/);
  });
});

describe("an entry whose load", () => {
  async function thrown(from: unknown): Promise<string> {
    const module = { experiments: [{ ...good, load: from as ExperimentEntry["load"] }] };
    const { experiments } = registered(module, "mine.js");
    try {
      await experiments[0]?.load();
    } catch (error) {
      expect((error as LabError).code).toBe("lab/load");
      return (error as LabError).message;
    }
    return "accepted";
  }

  test.each([
    [
      "throws",
      () => Promise.reject(new Error("broken")),
      /^mine\/first cannot be loaded: broken, at .*registered\.test\.ts:\d+ \(registered by mine\.js\)$/,
    ],
    [
      "throws at once",
      () => {
        throw "text";
      },
      /^mine\/first cannot be loaded: text \(registered/,
    ],
    ["gives nothing", async () => undefined, /its load\(\) gives nothing; give what defineExperiment makes/],
    ["gives a number", () => 3, /its load\(\) gives 3; give what/],
    [
      "gives no experiment",
      async () => ({ name: "mine/first", run: 3 }),
      /gives an object without purpose, config, presets, run/,
    ],
    [
      "gives another one",
      async () => ({ ...experiment, name: "mine/second" }),
      /gives mine\/second, which has another name/,
    ],
  ])("%s is told in a sentence", async (_, from, sentence) => expect(await thrown(from)).toMatch(sentence));
});

test("a verb whose load gives no function, or throws, says so", async () => {
  const verb = { name: "bet", purpose: "x", group: "Results", operand: {}, flags: {} };
  const load = (from: unknown) =>
    registered({ commands: [{ ...verb, load: async () => from }] }, "mine.js").commands[0]!.load();
  await expect(load(3)).rejects.toThrow(/bet cannot be loaded: its load\(\) gives 3; give a function/);
  const broken = { ...verb, load: () => Promise.reject(new Error("no")) };
  await expect(registered({ commands: [broken] }, "mine.js").commands[0]!.load()).rejects.toThrow(
    /bet cannot be loaded: no/,
  );
  const done = async () => ({ heading: "x", json: {} });
  expect(await load(done)).toBe(done);
});
