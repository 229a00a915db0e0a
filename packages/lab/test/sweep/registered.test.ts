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
