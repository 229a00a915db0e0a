// Options of a source agent.
import { type ConfigOf, option } from "@throughline/lab";
import { z } from "zod";
import { mazeIds } from "./levels.js";
import { memoryOptions } from "./memory-options.js";
import { recordOptions } from "./record.js";

const count = z.int().min(1);
const rate = z.number().positive();
const share = z.number().min(0).max(1);

/** Options of `cec/source`. */
export const options = {
  env: option(z.enum(mazeIds).default("SmallGoalMaze-v0"), "Maze to learn."),
  curriculum: option(
    z.boolean().default(true),
    "Begin with the easiest level and go on to harder ones; without, only the hardest is learned.",
  ),
  ...recordOptions,
  hardest: option(
    z.int().min(0).default(10),
    "Number of the hardest level, from 0; the last one of the maze if it has fewer.",
  ),
  frames: option(count.default(600_000), "Length of training.", "steps of all lanes together"),
  promoteAt: option(share.default(0.8), "Mean success that leads to the next level."),
  promoteOver: option(count.default(100), "Episodes that this mean is taken over."),
  levelFrames: option(
    count.default(200_000),
    "Length of a level after which the next one begins in any case.",
    "steps",
  ),
  lanes: option(count.max(1024).default(32), "Mazes that are played at once."),
  height: option(z.int().min(8).max(512).default(24), "Height of the pictures.", "pixels"),
  width: option(z.int().min(8).max(512).default(32), "Width of the pictures.", "pixels"),
  channels: option(
    z.array(count).length(3).default([8, 16, 16]),
    "Channels of the three stacks of the convolutional encoder.",
  ),
  features: option(count.default(128), "Width of the encoder's output.", "units"),
  memory: option(z.enum(["lstm", "gru"]).default("lstm"), "Recurrent cell of the agent."),
  units: option(count.default(128), "Size of the memory.", "units"),
  steps: option(count.default(128), "Steps of each lane between two updates.", "steps"),
  window: option(count.default(32), "Backpropagation through time; divides steps.", "steps"),
  epochs: option(count.default(3), "Passes over the steps of an update."),
  minibatches: option(count.default(8), "Minibatches of a pass."),
  lr: option(rate.default(5e-4), "Learning rate of Adam at the start; it falls linearly to lrEnd."),
  lrEnd: option(rate.default(1e-4), "Learning rate of Adam at the end."),
  gamma: option(share.default(0.99), "Discount factor."),
  lambda: option(share.default(0.95), "Decay of generalised advantage estimation."),
  clip: option(rate.default(0.2), "Bound of the ratio of probabilities around 1."),
  valueWeight: option(rate.default(0.5), "Weight of the critic's loss."),
  entropy: option(
    z.number().min(0).default(0.02),
    "Weight of the entropy at the start; it falls linearly to entropyEnd.",
  ),
  entropyEnd: option(z.number().min(0).default(0.005), "Weight of the entropy at the end."),
  maxGradNorm: option(rate.default(0.5), "Bound of the gradient's norm."),
  testEpisodes: option(
    count.default(200),
    "Mazes of each level that the agent is tested on after training, none of them seen before.",
  ),
  ...memoryOptions,
};

/** A complete configuration of `cec/source`. */
export type SourceConfig = ConfigOf<typeof options>;
