import { defineConfig } from "vitest/config";
import { LongestFirst } from "./scripts/test/longest-first.ts";

const all = ["{packages,apps}/*/test/**/*.test.ts", "{examples,bench,scripts}/test/**/*.test.ts"];

/**
 * Files of plain calls, which share a process with others like them: libtorch is loaded and glyphs are drawn once for
 * dozens of files. Whoever changes a process (its threads, memory limit, environment, folder, signals), measures it or
 * does runs of lab has one of its own; so has what takes longest, since those that share one run one after the other.
 */
const plain = [
  "packages/torch/test/{amp,io,nn,ops,optim,setup,tensor}/!(fuzz|machine|lstm-half|hooks|memory|memory-limits|worker).test.ts",
  "packages/flossing/test/{cells,checkpoints,controls,data,dynamics,floss,spectrum,systems,tasks,theory}/!(published).test.ts",
  "packages/lab/test/{figures,files,random,statistics,text}/*.test.ts",
  "packages/envs/test/!(machine).test.ts",
  "packages/envs/test/mazes/!(motion).test.ts",
  "packages/envs/test/recording/even.test.ts",
  "packages/envs/test/show/*.test.ts",
  "packages/cec/test/{curricula,histories,stores}/*.test.ts",
  "packages/cec/test/evaluation/{course,looks,protocol,statistics}.test.ts",
  "packages/envs/test/manipulation/pictures.test.ts",
  "packages/envs/test/manipulation/{control,pictures,simulation}.test.ts",
  "packages/ocra/test/{ablations,art,baselines,checkpoints,clevr,datasets,glyphs,metrics,nn,puzzles,reasoning,reproductions,slots,svrt,training}/!(contracts|same-different|spatial-relation).test.ts",
];

export default defineConfig({
  test: {
    pool: "forks",
    // One more than the cores: tests that wait for other processes leave theirs to the rest.
    maxWorkers: 3,
    // One bound for all, against what never ends: on a busy machine the slowest takes ten times what it takes on an idle
    // one, so tests have no bounds of their own, and none asserts how much time something took.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    sequence: { sequencer: LongestFirst },
    setupFiles: ["packages/testing/src/setup.ts"],
    // Built packages are loaded by Node itself, exactly as a user loads them.
    server: { deps: { external: [/\/(packages|apps)\/[^/]+\/dist\//] } },
    env: { OMP_NUM_THREADS: "1" },
    projects: [
      { extends: true, test: { name: "plain", isolate: false, include: plain } },
      { extends: true, test: { name: "own process", include: all, exclude: plain } },
    ],
  },
});
