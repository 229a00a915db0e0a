import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createRun,
  defineReproduction,
  type ReproduceOptions,
  type Reproduction,
  runReproduction,
  sweepLaunch,
} from "@throughline/lab";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { puppetLauncher } from "../support/puppets.js";
import { end, experiment, find, recorder, reproduction, runOf } from "./fixtures.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "throughline-reproduce-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function reproduce(
  launch: ReproduceOptions["launch"],
  more: Partial<ReproduceOptions> = {},
  what: Reproduction = reproduction,
) {
  const result = await runReproduction(what, { preset: "laptop", root, find, launch, ...more });
  return { ...result, page: readFileSync(result.html, "utf8"), text: readFileSync(result.markdown, "utf8") };
}

describe("cells", () => {
  test("without a finished run are run, with the preset's options, the overrides and the seed", async () => {
    const { launch, asked } = recorder();
    const result = await reproduce(launch, { jobs: 3 });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ name: "toy-fig1-laptop", jobs: 3 });
    expect(asked[0]!.configs).toEqual(
      ["gru", "rnn"].flatMap((cell) =>
        [0, 1].map((seed) => ({ delay: 20, cell, sizes: [4, 5], seed, device: "cpu" })),
      ),
    );
    expect(result).toMatchObject({ launched: 4, complete: true });
  });

  test("that have finished are never run again", async () => {
    const { launch, asked } = recorder();
    await reproduce(launch);
    const again = await reproduce(launch);
    expect(asked).toHaveLength(1);
    expect(again).toMatchObject({ launched: 0, complete: true });
  });

  test("are recognised whoever ran them, by experiment and complete configuration, threads aside", async () => {
    end(runOf(root, "laptop", ["cell=gru", "sizes=[4,5]", "seed=0", "threads=7"], "by-hand"), "finished");
    // Another preset with the same values is the same run; another value is not.
    end(runOf(root, "smoke", ["delay=20", "cell=gru", "sizes=[4,5]", "seed=1"]), "finished");
    end(runOf(root, "laptop", ["cell=rnn", "sizes=[4]", "seed=0"]), "finished");
    end(runOf(root, "laptop", ["cell=rnn", "sizes=[4,5]", "seed=0"]), "interrupted");
    const { launch, asked } = recorder();
    const result = await reproduce(launch);
    expect(asked[0]!.configs.map(({ cell, seed }) => [cell, seed])).toEqual([
      ["rnn", 0],
      ["rnn", 1],
    ]);
    expect(result.outcomes[0]!.run!.id).toBe("by-hand");
  });

  test("that fail are named on both pages, with their errors, and what finished is shown", async () => {
    const { launch } = recorder(({ cell, seed }) =>
      cell === "gru" ? undefined : seed === 0 ? "no run" : "in its run",
    );
    const { page, text, complete, outcomes } = await reproduce(launch);
    expect(complete).toBe(false);
    expect(outcomes.map(({ status }) => status)).toEqual(["finished", "finished", "missing", "failed"]);
    expect(page).toContain(
      "2 of 4 cells have no finished run; the figures and tables are made without them.",
    );
    expect(page).toMatch(/cell=rnn seed=0 \(cell [0-9a-f]{12}\), missing: its process was &lt;killed&gt;/);
    expect(page).toMatch(/cell=rnn seed=1 \(cell [0-9a-f]{12}\), failed: loss is NaN at step 3/);
    expect(text).toContain("2 of 4 cells have no finished run");
    expect(text).toContain("its process was \\<killed\\>");
    expect(page).toContain("0.9000 ± 0");
  });

  test("that all fail still give a page", async () => {
    const { launch } = recorder(() => "in its run");
    const { page, complete, report } = await reproduce(launch);
    expect(complete).toBe(false);
    expect(report).toEqual({ figures: {}, tables: [], notes: [] });
    expect(page).toContain("4 of 4 cells have no finished run");
  });

  test("are run again after they failed", async () => {
    await reproduce(recorder(() => "in its run").launch);
    const { launch, asked } = recorder();
    expect((await reproduce(launch)).complete).toBe(true);
    expect(asked[0]!.configs).toHaveLength(4);
  });

  test("that are the same, none, or wrong are refused before anything runs", async () => {
    const { launch, asked } = recorder();
    const cell = { experiment: experiment.name, seed: 0 };
    const of = (cells: Reproduction["cells"]) => reproduce(launch, {}, { ...reproduction, cells });
    await expect(of(() => [cell, cell])).rejects.toThrow(
      "toy/fig1 has 1 of its 2 cells twice at the preset laptop; give each its own options or seed",
    );
    await expect(of(() => [])).rejects.toThrow(
      "toy/fig1 has no cells at the preset laptop; give another preset",
    );
    await expect(of(() => [{ ...cell, overrides: { dealy: 3 } }])).rejects.toThrow(
      /dealy .*there is no such option.*delay/,
    );
    expect(asked).toEqual([]);
  });

  test("that a reproduction made of others shares are run once", async () => {
    const { launch, asked } = recorder();
    const cell = { experiment: experiment.name, seed: 0 };
    const cells = () => [cell, { ...cell, overrides: { delay: 20 } }];
    const { outcomes } = await reproduce(launch, {}, { ...reproduction, cells, sharesCells: true });
    expect(asked[0]!.configs).toHaveLength(1);
    expect(outcomes).toHaveLength(1);
  });

  test("run as a sweep, whose errors come through", async () => {
    const launcher = puppetLauncher(4, ({ experiment: _, preset, config, sources, root, name }) => {
      const left = { stop: () => {}, kill: () => {} };
      if (config.cell === "rnn")
        return { ended: Promise.resolve({ status: "failed", error: "no memory" }), ...left };
      end(createRun(experiment, { preset, config, sources }, { root, name }), "finished");
      return { ended: Promise.resolve({ status: "finished" }), ...left };
    });
    const { outcomes } = await reproduce(sweepLaunch({ launcher, cores: 2 }), { jobs: 1 });
    expect(outcomes.map(({ status, problem }) => problem ?? status)).toEqual([
      "finished",
      "finished",
      "no memory",
      "no memory",
    ]);
  });
});

describe("pages", () => {
  test("escape every word that comes from outside", async () => {
    const { page, text } = await reproduce(recorder().launch);
    expect(page).toContain("Delay &lt;b&gt;solved&lt;/b&gt; | by cell");
    expect(page).toContain("Smith &amp; Jones, 2024");
    expect(page).toContain("accuracy of &lt;gru&gt;");
    expect(page).toContain("The paper does not say *which* optimiser &lt;it&gt; used.");
    expect(page).not.toMatch(/<b>|<it>|<gru>|<by>/);
    expect(text).toContain("# Delay \\<b\\>solved\\</b\\> \\| by cell");
    expect(text).toContain("read from memory: about 0.5 \\| unsure");
    expect(text).toContain("say \\*which\\* optimiser \\<it\\> used");
  });

  test("need nothing from outside, and run nothing", async () => {
    const { page } = await reproduce(recorder().launch);
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).toContain("content=\"default-src 'none';");
    expect(page).toContain("<svg role=");
    expect(page).not.toMatch(/<script|<link|<iframe|@import|(?:src|href)="(?!#|data:)/);
    expect(page.replaceAll("http://www.w3.org/", "")).not.toMatch(/https?:\/\//);
    expect(page).toContain("prefers-color-scheme: dark");
    expect(page).toContain("@media print");
    expect(page).toContain('name="viewport"');
  });

  test("name the preset with every figure and table", async () => {
    const { page, text, figures } = await reproduce(recorder().launch);
    expect(page).toContain("Preset laptop: a smaller setting than the published one.");
    expect(page).toContain("Accuracy &lt;by&gt; cell. Preset laptop.");
    expect(page).toContain("<caption>Accuracy after training. Preset laptop.</caption>");
    expect(text).toContain("## Accuracy after training (preset laptop)");
    expect(readFileSync(figures[0]!, "utf8")).toContain(">preset laptop</text>");
  });

  test("show the paper's value beside ours, the difference, the seeds and the verdict", async () => {
    const { page, text } = await reproduce(recorder().launch);
    expect(text).toContain("| quantity | unit | paper | ours | seeds | difference | verdict |");
    expect(text).toContain(
      "| accuracy of \\<gru\\> | – | 0.9 | 0.9000 ± 0 (mean, standard deviation) | 2 | 0 | agrees: within ±0.0500 (read off the plot) |",
    );
    expect(page).toContain(
      '<td data-column="verdict" class="agrees">agrees: within ±0.0500 (read off the plot)</td>',
    );
    expect(page).toContain('<td data-column="verdict" class="not-judged">');
  });

  test("say where the numbers come from", async () => {
    const date = new Date("2026-11-22T21:00:00Z");
    const { text } = await reproduce(recorder().launch, { date, jobs: 2 });
    expect(text).toContain(
      `- Command: \`throughline reproduce toy/fig1 --preset laptop --jobs 2 --root ${root}\``,
    );
    expect(text).toContain("- Date: 2026-11-22 21:00 UTC");
    expect(text).toMatch(/- Commit: [0-9a-f]{12}/);
    expect(text).toMatch(/- Machine: .+, \d+ cores?, \d+ GiB/);
    expect(text).toContain("- Runs: 4 of 4 finished");
    expect(text).toContain("- Seeds: 2");
    expect(text).toMatch(/- Wall time: \d+ s for this command; the runs took 50 s of work in all/);
  });

  /** Runs whose environment says these kernels, cell by cell; undefined: nothing, as runs of older versions. */
  const withKernels = async (kernels: readonly (string | undefined)[], what: Reproduction = reproduction) => {
    const first = await reproduce(recorder().launch, {}, what);
    first.outcomes.forEach(({ run }, i) => {
      const file = join(run!.path, "environment.json");
      const { kernels: _, ...rest } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
      writeFileSync(
        file,
        JSON.stringify({ ...rest, cpu: "Some CPU", ...(kernels[i] && { kernels: kernels[i] }) }),
      );
    });
    return reproduce(recorder().launch, {}, what);
  };

  test("say for each cell which processor and kernels it was run with; what is not recorded is unknown", async () => {
    const { text, page } = await withKernels(["avx2", "avx2", "avx512", undefined]);
    expect(text).toContain("| cell | status | run | processor and kernels |");
    expect(text).toMatch(/\| cell=gru seed=0 \| finished \| \S+ \| Some CPU, avx2 kernels \|/);
    expect(text).toMatch(/\| cell=rnn seed=1 \| finished \| \S+ \| Some CPU, unknown kernels \|/);
    expect(text).toContain("- Processors and kernels: Some CPU, avx2 kernels: 2 cells; Some CPU, ");
    expect(page).toContain(">Some CPU, avx512 kernels</td>");
  });

  test("warn of cells of several kinds, and only of those", async () => {
    const mixed = await withKernels(["avx2", "avx2", "avx512", undefined]);
    const sentence =
      "The cells were run on several processors or with several kernels (Some CPU, avx2 kernels: 2 cells; " +
      "Some CPU, avx512 kernels: 1 cell; Some CPU, unknown kernels: 1 cell): rounding differs between them, and what a " +
      "single seed comes to may differ with it.";
    expect(mixed.warnings).toEqual([sentence]);
    expect(mixed.page).toContain(sentence);
    expect(mixed.text).toContain(sentence);
    expect(mixed.complete).toBe(true);
    expect((await withKernels(["avx2", "avx2", "avx2", "avx2"])).warnings).toEqual([]);
    expect((await withKernels([undefined, undefined, undefined, undefined])).warnings).toEqual([]);
    const meant = { ...reproduction, comparesKernels: true };
    expect((await withKernels(["avx2", "avx2", "avx512", "avx512"], meant)).warnings).toEqual([]);
  });

  test("link to figures that are there", async () => {
    const { text, directory } = await reproduce(recorder().launch);
    const links = [...text.matchAll(/\((figures\/[^)]+)\)/g)].map((match) => match[1]!);
    expect(links.sort()).toEqual(["json", "png", "svg"].map((ending) => `figures/accuracy.${ending}`));
    for (const link of links) expect(existsSync(join(directory, link))).toBe(true);
    expect(readdirSync(directory).sort()).toEqual(["figures", "report.html", "report.md"]);
    expect(directory).toBe(join(root, "reproductions", "toy/fig1", "laptop"));
  });

  test("judge nothing at the smoke preset", async () => {
    const { page, text } = await reproduce(recorder().launch, {
      preset: "smoke",
      out: join(root, "elsewhere"),
    });
    expect(page).toContain("Preset smoke: proves that everything runs, and nothing about the numbers.");
    expect(text).toContain("not judged: the smoke preset proves nothing");
    expect(text).not.toContain("agrees");
    expect(existsSync(join(root, "elsewhere", "report.html"))).toBe(true);
  });

  test("name a figure that cannot be drawn, and show the rest", async () => {
    const report: Reproduction["report"] = async (runs, preset) => {
      const good = await reproduction.report(runs, preset);
      return {
        ...good,
        figures: { bad: { ...good.figures.accuracy!, categories: [] } as never, ...good.figures },
      };
    };
    const { page, complete, figures } = await reproduce(recorder().launch, {}, { ...reproduction, report });
    expect(complete).toBe(false);
    expect(figures).toHaveLength(1);
    expect(page).toContain(
      "The figure bad could not be drawn: figure &quot;Accuracy &lt;by&gt; cell&quot; has no categories",
    );
  });

  test("say so if what finished is not enough for the report; with everything there, the report's error is thrown", async () => {
    const report: Reproduction["report"] = () => {
      throw new Error("no value for rnn");
    };
    const broken = { ...reproduction, report };
    const { page } = await reproduce(
      recorder(({ cell }) => (cell === "rnn" ? "no run" : undefined)).launch,
      {},
      broken,
    );
    expect(page).toContain("The report could not be made from the runs that finished: no value for rnn");
    await expect(reproduce(recorder().launch, {}, broken)).rejects.toThrow("no value for rnn");
  });
});

test("a reproduction needs a name, a title and a source", () => {
  expect(() => defineReproduction({ ...reproduction, name: "fig1" })).toThrow(
    '"fig1" cannot name a reproduction; give system/what, such as flossing/fig4',
  );
  expect(() => defineReproduction({ ...reproduction, title: "" })).toThrow(
    "toy/fig1 has an empty title; name what is reproduced",
  );
  expect(() => defineReproduction({ ...reproduction, source: { paper: "", figure: "Fig. 1" } })).toThrow(
    "toy/fig1 has an empty source.paper; name what is reproduced",
  );
});
