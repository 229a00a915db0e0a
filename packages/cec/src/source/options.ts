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
  env: option(z.enum(mazeIds).default("SmallGoalMaze-v0"), "Maze to learn in."),
  curriculum: option(
    z.boolean().default(true),
    "Order of levels: true, from the easiest to the hardest, each until it is learned (promoteAt) or its time is over (levelFrames); false, the hardest alone.",
  ),
  ...recordOptions,
  hardest: option(
    z.int().min(0).default(10),
    "Number of the level at which the curriculum ends, from 0, the easiest; a maze with fewer levels ends at its last.",
  ),
  frames: option(
    count.default(600_000),
    "Length of training, all lanes and levels together.",
    "steps of an environment",
  ),
  promoteAt: option(
    share.default(0.8),
    "Share of successes among the last promoteOver episodes from which on the next level begins.",
  ),
  promoteOver: option(
    count.default(100),
    "Number of last episodes of a level in which successes are counted.",
    "episodes",
  ),
  levelFrames: option(
    count.default(200_000),
    "Longest training on a level, all lanes together; then the next one begins in any case.",
    "steps of an environment",
  ),
  lanes: option(
    count.max(1024).default(32),
    "Number of environments that are stepped in parallel.",
    "environments",
  ),
  height: option(z.int().min(8).max(512).default(24), "Height of the pictures.", "pixels"),
  width: option(z.int().min(8).max(512).default(32), "Width of the pictures.", "pixels"),
  channels: option(
    z.array(count).length(3).default([8, 16, 16]),
    "Channels of the three stacks of the convolutional encoder.",
  ),
  features: option(count.default(128), "Width of the encoder's output.", "units"),
  memory: option(z.enum(["lstm", "gru"]).default("lstm"), "Recurrent cell of the agent."),
  units: option(count.default(128), "Hidden units of the recurrent cell.", "units"),
  steps: option(
    count.default(128),
    "Length of a rollout: steps of each environment between two updates.",
    "steps",
  ),
  window: option(count.default(32), "Length of backpropagation through time, a divisor of steps.", "steps"),
  epochs: option(count.default(3), "Passes over the data of a rollout in each update.", "passes"),
  minibatches: option(count.default(8), "Minibatches that each pass is divided into.", "minibatches"),
  lr: option(
    rate.default(5e-4),
    "Learning rate of Adam at the start of training; it falls linearly to lrEnd.",
  ),
  lrEnd: option(rate.default(1e-4), "Learning rate of Adam at the end of training."),
  gamma: option(share.default(0.99), "Discount factor γ of returns, for each step."),
  lambda: option(share.default(0.95), "Decay λ of generalised advantage estimation (GAE), for each step."),
  clip: option(
    rate.default(0.2),
    "Clip range ε of PPO: the ratio of new to old probabilities counts from 1 − ε to 1 + ε.",
  ),
  valueWeight: option(rate.default(0.5), "Weight of the value loss in the sum of losses."),
  entropy: option(
    z.number().min(0).default(0.02),
    "Weight of the entropy bonus at the start of training; it falls linearly to entropyEnd.",
  ),
  entropyEnd: option(z.number().min(0).default(0.005), "Weight of the entropy bonus at the end of training."),
  maxGradNorm: option(rate.default(0.5), "Gradient clipping: largest norm of all gradients together."),
  testEpisodes: option(
    count.default(200),
    "Length of the test of each level after training, in mazes that the agent has not seen.",
    "episodes",
  ),
  ...memoryOptions,
};

/** A complete configuration of `cec/source`. */
export type SourceConfig = ConfigOf<typeof options>;
