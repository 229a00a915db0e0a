// Configurations of OCRA's experiments: what is filled in and from where, what is read, and what is refused before a run.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Experiment, type PresetName, resolveConfig } from "@throughline/lab";
import {
  architectureOf,
  pretrainExperiment,
  pretrainingSetting,
  taskExperiment,
  taskSetting,
} from "@throughline/ocra";
import { fileFolder } from "@throughline/testing/folders";
import { describe, expect, test } from "vitest";

const root = fileFolder();
const task = taskExperiment as unknown as Experiment;
const pretrain = pretrainExperiment as unknown as Experiment;

type Resolved = ReturnType<typeof resolveConfig>;
const resolve = (
  experiment: Experiment,
  preset: PresetName | undefined,
  overrides: readonly string[] = [],
): Resolved => resolveConfig(experiment, { ...(preset && { preset }), overrides });

/** What an experiment says of a configuration before a run; "" if nothing. */
async function refusal(
  experiment: Experiment,
  overrides: readonly string[],
  preset: PresetName = "smoke",
): Promise<string> {
  try {
    const { config, sources } = resolve(experiment, preset, overrides);
    const lab = { seed: 0, device: "cpu" };
    await experiment.check!({ ...config, ...lab } as never, root, sources);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("ocra/task", () => {
  const cases = [
    ["art/rmts", 95, "ocra"],
    ["art/distribution-of-3", 85, "slot-gamr"],
    ["art/same-different", 0, "slot-esbn"],
    ["svrt/problem", 95, "ocra"],
    ["clevr/identity-rules", 95, "gamr"],
  ] as const;

  for (const preset of ["paper", "laptop", "smoke"] as const) {
    test.each(cases)(
      `${preset}: %s at m = %i with %s has the values of its tables, and no others`,
      (name, m, model) => {
        const { config } = resolve(task, preset, [`task=${name}`, `m=${m}`, `model=${model}`]);
        const setting = taskSetting(preset, name, m, model);
        for (const [option, value] of Object.entries(setting)) expect(config[option], option).toEqual(value);
        expect(config.epochs === undefined).not.toBe(config.steps === undefined);
        expect(config.pretrained).toBe(preset === "smoke" ? "none" : preset);
      },
    );
  }

  test("residual networks have a size, narrow but at paper; other models have none", () => {
    const size = (preset: PresetName, model: string) =>
      resolve(task, preset, [`model=${model}`]).config.resnet;
    for (const model of ["resnet", "attn-resnet"]) {
      expect(size("paper", model)).toBe("resnet50");
      for (const preset of ["laptop", "smoke"] as const) expect(size(preset, model)).toBe("resnet18-narrow");
    }
    expect(size("laptop", "ocra")).toBeUndefined();
  });

  test("without a preset, the values are the paper's", () => {
    const { config } = resolve(task, undefined, ["task=art/rmts"]);
    expect(config).toMatchObject(taskSetting("paper", "art/rmts", 95, "ocra"));
    expect(config.pretrained).toBe("paper");
  });

  test("what was asked for stands, and the rest stays: steps in place of epochs, a rate in place of the table's", () => {
    const { config } = resolve(task, "paper", ["task=art/rmts", "steps=7", "lr=0.5", "depth=1"]);
    expect(config).toMatchObject({ steps: 7, lr: 0.5, depth: 1, heads: 8, batch: 16 });
    expect(config.epochs).toBeUndefined();
    const { config: other } = resolve(task, "laptop", ["task=art/rmts", "epochs=2"]);
    expect(other).toMatchObject({ epochs: 2, lr: 5e-4 });
    expect(other.steps).toBeUndefined();
  });

  test("every value says where it is from: the table that gave it, or who asked", () => {
    const { sources } = resolve(task, "laptop", ["task=art/rmts", "m=85", "lr=0.5"]);
    for (const option of Object.keys(taskSetting("laptop", "art/rmts", 85, "ocra"))) {
      if (option === "lr") expect(sources.lr).not.toContain("laptop");
      else expect(sources[option], option).toContain("laptop, art/rmts, m 85, ocra");
    }
    expect(sources.logEvery ?? "default").toBe("default");
  });

  test("m is named in the source of ART's values alone", () => {
    const { sources } = resolve(task, "laptop", ["task=svrt/problem"]);
    expect(sources.depth).toContain("laptop, svrt/problem, ocra");
  });

  test("random slots have an architecture in the configuration, others have none", () => {
    const { config } = resolve(task, "smoke", ["task=clevr/rmts"]);
    expect(config.untrained).toEqual(architectureOf(pretrainingSetting("smoke", "clevr")));
    expect(resolve(task, "laptop", ["task=clevr/rmts"]).config.untrained).toBeUndefined();
  });

  test.each([
    [["epochs=1", "steps=1"], "--epochs and --steps were both given; give one"],
    [
      ["resnet=resnet50", "model=slot-rn"],
      "--model slot-rn is no residual network; omit --resnet, or give --model resnet or attn-resnet",
    ],
    [
      ["task=art/rmts", "model=mae"],
      "--model mae completes the object at bottom right; accepted: --task art/distribution-of-3 or art/identity-rules",
    ],
    [
      ["task=art/identity-rules", "masking=random"],
      "--mae and --masking are for --model mae; omit them for --model ocra",
    ],
    [["task=puzzles"], "--task puzzles needs --path: the folder of your puzzles"],
    [["task=svrt/problem", "objects=pool"], "--task svrt/problem has objects of its own; omit --objects"],
    [["task=clevr/rmts", "objects=pool", `path=${root}`], "--path names existing problems; omit --objects"],
    [
      ["task=art/same-different", "m=0", "testProblems=1000"],
      "--test-problems is 1000, and art/same-different has 990 test problems; accepted: 1 to 990",
    ],
  ])("%j is refused in a sentence", async (overrides, sentence) => {
    expect(await refusal(task, overrides)).toBe(sentence);
  });

  test("an architecture beside a pre-trained encoder is refused, and encodings in a file", async () => {
    const architecture = JSON.stringify(architectureOf(pretrainingSetting("smoke", "art")));
    const both = await refusal(task, ["task=art/rmts", "pretrained=somewhere", `untrained=${architecture}`]);
    expect(both).toBe("--untrained is for encoders with random weights; omit it, or give --pretrained none");
    const file = join(root, "encodings");
    writeFileSync(file, "");
    expect(await refusal(task, ["task=art/rmts", `encodings=${file}`])).toBe(
      `--encodings ${file} is not a folder`,
    );
  });

  test("a preset's number of test problems is a limit and no demand", async () => {
    expect(await refusal(task, ["task=art/same-different", "m=0"])).toBe("");
    expect(taskSetting("laptop", "art/same-different", 0, "ocra").testProblems).toBeGreaterThan(990);
  });

  test("an encoder that is not there is said with what to do, or where it was looked for", async () => {
    expect(await refusal(task, ["task=art/rmts", "pretrained=laptop"])).toMatch(
      /^no finished pre-training of art at the preset laptop in .*; run ocra\/pretrain --preset laptop --dataset art first/,
    );
    expect(await refusal(task, ["task=clevr/rmts", "pretrained=mine"])).toMatch(
      /^there is no run and no file mine, looked for at .*mine, .*ocra\/pretrain\/mine, /,
    );
    expect(await refusal(task, ["task=art/rmts", `pretrained=${root}`])).toMatch(
      /has no autoencoder\.safetensors: it is not a finished run of ocra\/pretrain$/,
    );
  });

  test("the edition of what is generated is filled in, and no other is accepted", async () => {
    const filled = (overrides: readonly string[]) => resolve(task, "smoke", overrides).config.edition;
    expect(filled(["task=art/rmts"])).toBeUndefined();
    expect(filled(["task=art/rmts", "objects=pool"])).toBe("pool 2");
    expect(filled(["task=art/identity-rules"])).toBe("identity-rules 2");
    expect(filled(["task=art/identity-rules", "objects=pool"])).toBe("identity-rules 2, pool 2");
    expect(filled(["task=clevr/identity-rules"])).toBe("identity-rules 2");
    expect(filled(["task=art/identity-rules", "path=mine"])).toBeUndefined();
    expect(await refusal(task, ["task=clevr/identity-rules", "edition=identity-rules 1"])).toBe(
      '--edition is "identity-rules 1"; accepted: "identity-rules 2", which is filled in without it',
    );
    expect(await refusal(task, ["task=art/rmts", "edition=1"])).toBe(
      '--edition is "1"; accepted: none, which is filled in without it',
    );
  });

  test("what is read beside its own is named: encoder, stored splits, puzzles, objects", async () => {
    const inputs = (overrides: readonly string[]) => {
      const { config } = resolve(task, "smoke", overrides);
      return task.inputs!({ ...config, seed: 0 } as never, root);
    };
    expect(await inputs(["task=art/rmts"])).toEqual({ encoder: undefined, objects: undefined });
    expect(await inputs(["task=art/rmts", "objects=mine.npy"])).toMatchObject({ objects: "mine.npy" });
    expect(await inputs(["task=svrt/problem", "path=there", "selection=validation"])).toMatchObject({
      train: join("there", "train", "dataset.json"),
      test: join("there", "test", "dataset.json"),
      validation: join("there", "validation", "dataset.json"),
    });
    expect(await inputs(["task=puzzles", "path=mine"])).toMatchObject({ puzzles: "mine" });
  });
});

describe("ocra/pretrain", () => {
  for (const preset of ["paper", "laptop", "smoke"] as const) {
    test.each(["art", "svrt", "clevr"] as const)(`${preset}: %s has the values of its table`, (suite) => {
      const { config } = resolve(pretrain, preset, [`dataset=${suite}`]);
      for (const [option, value] of Object.entries(pretrainingSetting(preset, suite))) {
        expect(config[option], option).toEqual(value);
      }
    });
  }

  test("SVRT with 1000 pictures of each problem has the schedule of that size", () => {
    const { config } = resolve(pretrain, "paper", ["dataset=svrt", "displays=1000"]);
    expect(config).toMatchObject({ warmup: 18_000, steps: (1500 + 3510) * 359 });
  });

  test("a width that was asked for is that of the convolutions too; a rate holds to the end", () => {
    const { config } = resolve(pretrain, "paper", ["dataset=svrt", "dim=16", "lr=0.001"]);
    expect(config).toMatchObject({
      dim: 16,
      encoderChannels: 16,
      decoderChannels: 16,
      lr: 0.001,
      lrChanges: [],
    });
    const own = resolve(pretrain, "paper", ["dataset=art", "dim=16", "encoderChannels=8"]).config;
    expect(own).toMatchObject({ dim: 16, encoderChannels: 8, decoderChannels: 16 });
  });

  test("the pool's edition is that of displays of the pool alone", () => {
    const filled = (overrides: readonly string[]) => resolve(pretrain, "smoke", overrides).config.edition;
    expect(filled([])).toBe("pool 2");
    expect(filled(["objects=pool"])).toBe("pool 2");
    for (const others of ["objects=tasks", "dataset=svrt", "dataset=clevr", "path=mine"])
      expect(filled([others]), others).toBeUndefined();
  });

  test("displays from the disk have no numbers of displays to draw", () => {
    const { config } = resolve(pretrain, "laptop", ["dataset=art", "path=somewhere"]);
    for (const option of ["displays", "fewest", "repeats"]) expect(config[option]).toBeUndefined();
  });

  test.each([
    [["dataset=svrt", "objects=pool"], "--dataset svrt has objects of its own; omit --objects"],
    [
      ["dataset=art", `path=${root}`, "unlike=tasks", "fewest=2"],
      "--path names existing displays; omit --unlike, --fewest",
    ],
    [
      ["dataset=art", "pixels=without-scenery"],
      "--pixels without-scenery is for pictures of CLEVR, in colour; those of --dataset art are not",
    ],
    [
      ["dataset=art", "lrChanges=[[5,0.1],[5,0.2]]"],
      "--lr-changes [[5,0.1],[5,0.2]]: give each a later step than the one before it",
    ],
    [
      ["dataset=art", "displays=3"],
      "there are 3 training displays and a batch has 4; accepted: at least one batch of displays",
    ],
  ])("%j is refused in a sentence", async (overrides, sentence) => {
    expect(await refusal(pretrain, overrides)).toBe(sentence);
  });

  test("what is right is accepted, for each family", async () => {
    for (const suite of ["art", "svrt", "clevr"])
      expect(await refusal(pretrain, [`dataset=${suite}`])).toBe("");
  });
});
