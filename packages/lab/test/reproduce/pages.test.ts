// Pieces of pages: text from outside is shown as it is, whatever it holds; warnings and facts say what there is.
import type { CellOutcome, RunRecord } from "@throughline/lab";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeHtml } from "../../src/reproduce/html.js";
import { escapeMarkdown, markdownPage } from "../../src/reproduce/markdown.js";
import { countProcessors, processorOf, processorsText } from "../../src/reproduce/processor.js";
import { withPreset } from "../../src/reproduce/run.js";
import { unjudged } from "../../src/reproduce/table.js";
import {
  cellTexts,
  facts,
  mixture,
  type PageView,
  presetSentence,
  warnings,
} from "../../src/reproduce/view.js";

const anyText = fc.string({ unit: "binary", maxLength: 40 });

describe("text from outside", () => {
  test("in HTML is the same text to a reader of HTML, and holds no tag and no end of an attribute", () => {
    const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
    fc.assert(
      fc.property(anyText, (text) => {
        const html = escapeHtml(text);
        expect(html).not.toMatch(/[<>"']/);
        expect(html.replace(/&(\w+|#\d+);/g, (_, name: string) => entities[name]!)).toBe(text);
      }),
    );
    expect(escapeHtml(`<a href="x" title='y'>&amp;</a>`)).toBe(
      "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;",
    );
  });

  test("in Markdown stays on its line, and none of its signs is one of Markdown's", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const markdown = escapeMarkdown(text);
        expect(markdown).not.toContain("\n");
        expect(markdown.replace(/\\./g, "")).not.toMatch(/[\\`*_[\]<>|~$]/);
        expect(markdown).not.toMatch(/^\s*([-+#]|\d+[.)])\s/);
      }),
    );
    expect(["# a", "1. a", "- a", "a\n  b", "a|b", "-1.5", "#1"].map(escapeMarkdown)).toEqual([
      "\\# a",
      "\\1. a",
      "\\- a",
      "a b",
      "a\\|b",
      "-1.5",
      "#1",
    ]);
  });
});

const run = (environment: Readonly<Record<string, unknown>>, id = "r"): RunRecord =>
  ({ id, experiment: "toy/delay", environment }) as unknown as RunRecord;

describe("processors", () => {
  test("are named with their kernels and device; what is not recorded is unknown", () => {
    expect(processorOf(run({ cpu: "EPYC", kernels: "avx2", device: "cpu" }))).toBe("EPYC, avx2 kernels");
    expect(processorOf(run({ cpu: "EPYC", device: "cuda:0" }))).toBe("EPYC, unknown kernels, device cuda:0");
    expect(processorOf(run({ cpu: 3 }))).toBe("unknown processor, unknown kernels");
  });

  test("are counted, the most first", () => {
    const counts = countProcessors([{ cpu: "a" }, { cpu: "b" }, { cpu: "b" }].map((each) => run(each)));
    expect(counts).toEqual([
      ["b, unknown kernels", 2],
      ["a, unknown kernels", 1],
    ]);
    expect(processorsText(counts)).toBe("b, unknown kernels: 2 cells; a, unknown kernels: 1 cell");
  });
});

const outcome = (status: CellOutcome["status"], rest: Partial<CellOutcome> = {}): CellOutcome =>
  ({
    ...{ cell: { id: "0123456789ab" }, label: `seed=${status}`, status, run: undefined },
    ...{ problem: status === "finished" ? undefined : "it has not been run", ...rest },
  }) as CellOutcome;

const view = (rest: Partial<PageView> = {}): PageView => ({
  reproduction: { name: "toy/fig1", title: "Delay", source: { paper: "Smith", figure: "Figure 1" } },
  preset: "laptop",
  ...{ figures: [], tables: [], notes: [], outcomes: [outcome("finished")], problems: [] },
  provenance: {
    ...{
      command: "throughline reproduce toy/fig1",
      commits: ["abc"],
      machines: ["EPYC, 2 cores"],
      versions: "Node 22",
    },
    ...{ processors: [["EPYC, avx2 kernels", 1]], date: new Date("2026-11-28T20:15:00Z"), seeds: 1, runs: 1 },
    ...{ wallTime: 65, workTime: 7200 },
  },
  ...rest,
});

describe("a page", () => {
  test("says what its preset proves", () => {
    expect(["paper", "laptop", "smoke"].map((preset) => presetSentence(preset as "paper"))).toEqual([
      "Preset paper: the published setting.",
      "Preset laptop: a smaller setting than the published one.",
      "Preset smoke: proves that everything runs, and nothing about the numbers.",
    ]);
    const figure = { kind: "images", title: "t", columns: 1, images: [] } as const;
    expect(withPreset(figure, "laptop").subtitle).toBe("preset laptop");
    expect(withPreset({ ...figure, subtitle: "5 seeds" }, "laptop").subtitle).toBe("5 seeds · preset laptop");
    expect(withPreset({ ...figure, subtitle: "preset laptop, 5 seeds" }, "laptop").subtitle).toBe(
      "preset laptop, 5 seeds",
    );
  });

  test("warns of every cell without a run, of problems, and of nothing else", () => {
    expect(warnings(view())).toEqual([]);
    const outcomes = [outcome("finished"), outcome("missing"), outcome("failed", { problem: "loss is NaN" })];
    expect(warnings(view({ outcomes, problems: ["The figure x could not be drawn"] }))).toEqual([
      "2 of 3 cells have no finished run; the figures and tables are made without them.",
      "seed=missing (cell 0123456789ab), missing: it has not been run",
      "seed=failed (cell 0123456789ab), failed: loss is NaN",
      "The figure x could not be drawn",
    ]);
    expect(warnings(view({ outcomes: [outcome("missing")] }))[0]).toBe(
      "1 of 1 cell has no finished run; the figures and tables are made without them.",
    );
  });

  test("warns of several processors, unless the reproduction compares them", () => {
    const provenance = {
      ...view().provenance,
      processors: [
        ["a", 2],
        ["b", 1],
      ] as const,
    };
    expect(mixture(view({ provenance }))).toEqual([
      expect.stringContaining("(a: 2 cells; b: 1 cell): rounding differs"),
    ]);
    expect(
      mixture(view({ provenance, reproduction: { ...view().reproduction, comparesKernels: true } })),
    ).toEqual([]);
    expect(mixture(view())).toEqual([]);
  });

  test("says where the numbers come from, one or several", () => {
    expect(facts(view())).toEqual([
      ["Command", "throughline reproduce toy/fig1"],
      ["Date", "2026-11-28 20:15 UTC"],
      ["Commit", "abc"],
      ["Machine", "EPYC, 2 cores"],
      ["Processors and kernels", "EPYC, avx2 kernels: 1 cell"],
      ["Versions", "Node 22"],
      ["Runs", "1 of 1 finished"],
      ["Seeds", "1"],
      ["Wall time", "1 min 5 s for this command; the runs took 2 h 00 min of work in all"],
    ]);
    const provenance = { ...view().provenance, commits: ["a", "b"], machines: ["x", "y"], processors: [] };
    const names = facts(view({ provenance })).map(([name]) => name);
    expect(names).toEqual(expect.arrayContaining(["Commits", "Machines"]));
    expect(names).not.toContain("Processors and kernels");
  });

  test("has a row for each cell, with its run where there is one", () => {
    expect(cellTexts(outcome("missing"))).toEqual(["seed=missing", "missing", "–", "–"]);
    expect(cellTexts(outcome("finished", { run: run({ cpu: "EPYC", kernels: "avx2" }, "cell-1") }))).toEqual([
      ...["seed=finished", "finished", "toy/delay/cell-1", "EPYC, avx2 kernels"],
    ]);
  });

  test("in Markdown shows the command between as many backticks as it needs", () => {
    const page = (command: string): string =>
      markdownPage(view({ provenance: { ...view().provenance, command } }));
    expect(page("throughline x")).toContain("- Command: `throughline x`\n");
    expect(page("echo `date`")).toContain("- Command: `` echo `date` ``\n");
    expect(page("a ``` b")).toContain("- Command: ````a ``` b````\n");
  });

  test("in Markdown has tables with as many cells as titles in every row, whatever the texts", () => {
    fc.assert(
      fc.property(anyText, anyText, (label, note) => {
        const lines = markdownPage(view({ outcomes: [outcome("missing", { label })], notes: [note] })).split(
          "\n",
        );
        const table = lines.filter((line) => line.startsWith("|"));
        expect(table).toHaveLength(3);
        for (const line of table) expect(line.replace(/\\./g, "").split("|")).toHaveLength(6);
      }),
    );
  });
});

test("verdicts that are withdrawn leave the numbers", () => {
  const row = {
    quantity: "a",
    unit: "",
    paper: 1,
    ours: undefined,
    difference: 0.5,
    verdict: { result: "agrees", reason: "x" },
  } as const;
  expect(unjudged({ title: "t", rows: [row] }, "why")).toEqual({
    title: "t",
    rows: [{ ...row, verdict: { result: "not judged", reason: "why" } }],
  });
});
