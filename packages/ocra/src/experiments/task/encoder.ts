// Choice of the pre-trained encoder of a run.

import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { artifactPath, listRuns, type PresetName } from "@throughline/lab";
import { plural } from "@throughline/torch/checks";
import { OcraDataError } from "../../datasets/errors.js";
import { loadPretrained, type Pretrained, pretrainedFile, untrained } from "../../pretrained/pretrained.js";
import { published, type Suite } from "../../pretrained/suites.js";
import { displaysEdition } from "../edition.js";
import { slotModel } from "../pretrain/model.js";
import type { TaskConfig } from "./options.js";
import { suiteOf } from "./settings.js";

/** Folder to search, and requirements on the encoder. */
interface EncoderRequest {
  /** See the option `pretrained` of `ocra/task`. */
  readonly wanted: string;
  readonly suite: Suite;
  /** Colour channels of the task's pictures; undefined for the user's own, which are read as the encoder takes them. */
  readonly channels: number | undefined;
  /** Training pictures of an SVRT problem. */
  readonly pictures: number;
  /** The folder of all runs. */
  readonly root: string;
}

/** The file of the encoder that a run of this configuration uses; undefined for random weights. @throws OcraDataError ocra/pretrained */
export function encoderFile(config: TaskConfig, root: string): string | undefined {
  const request = requestOf(config, root);
  if (request.wanted === "none") return undefined;
  const preset = presets.find((each) => each === request.wanted);
  return preset === undefined ? named(request) : latest(request, preset);
}

/** The encoder of this configuration, frozen. @param file see `encoderFile` @throws OcraDataError ocra/pretrained if it does not fit */
export function encoderOf(
  config: TaskConfig,
  root: string,
  {
    device = "cpu",
    file = encoderFile(config, root),
  }: { readonly device?: string; readonly file?: string } = {},
): Pretrained {
  const { suite, channels } = requestOf(config, root);
  if (file === undefined) {
    const architecture = config.untrained!;
    return untrained({ suite, model: slotModel(architecture, suite), pixels: architecture.pixels }, device);
  }
  const found = loadPretrained(file, suite, device);
  const has = found.model.channels ?? 1;
  if (channels === undefined || has === channels) return found;
  throw new OcraDataError(
    "pretrained",
    `${file} is an encoder of ${found.suite} pictures with ${plural(has, "channel")}, and the task's pictures ` +
      `have ${channels}; give --pretrained an encoder of ${suite}`,
  );
}

function requestOf({ task, pictures, pretrained }: TaskConfig, root: string): EncoderRequest {
  const suite = suiteOf(task);
  const channels = task === "puzzles" ? undefined : published[suite].channels;
  return { wanted: pretrained, suite, channels, pictures, root: resolve(root) };
}

const presets: readonly PresetName[] = ["paper", "laptop", "smoke"];

/** The latest, of SVRT rather one that saw as many pictures of each problem. */
function latest({ root, suite, pictures }: EncoderRequest, preset: PresetName): string {
  const { runs } = listRuns(join(root, "ocra", "pretrain"));
  const names: readonly string[] = preset === "paper" ? ["paper", "default"] : [preset];
  const finished = runs.filter(
    ({ status, config, preset: own }) =>
      status === "finished" && config.dataset === suite && names.includes(own),
  );
  const fitting = finished.filter(
    ({ config }) => config.edition === displaysEdition(config as { dataset: string }),
  );
  const alike = fitting.filter(({ config }) => suite !== "svrt" || config.displays === pictures);
  const run = alike.at(-1) ?? fitting.at(-1);
  if (run !== undefined) return artifactPath(run.path, pretrainedFile);
  const older =
    finished.length === 0 ? "" : ` (${plural(finished.length, "run")} with displays of another edition)`;
  throw new OcraDataError(
    "pretrained",
    `no finished pre-training of ${suite} at the preset ${preset} in ${root}${older}; run ocra/pretrain --preset ${preset} ` +
      `--dataset ${suite} first, or name a run or a file of weights`,
  );
}

function named({ wanted, root }: EncoderRequest): string {
  const folders = [resolve(wanted), join(root, "ocra", "pretrain", wanted), join(root, wanted)];
  const found = folders.find((folder) => existsSync(folder));
  if (found === undefined) {
    throw new OcraDataError(
      "pretrained",
      `there is no run and no file ${wanted}, looked for at ${folders.join(", ")}`,
    );
  }
  if (!statSync(found).isDirectory()) return found;
  const file = artifactPath(found, pretrainedFile);
  if (existsSync(file)) return file;
  throw new OcraDataError(
    "pretrained",
    `${found} has no ${pretrainedFile}: it is not a finished run of ocra/pretrain`,
  );
}
