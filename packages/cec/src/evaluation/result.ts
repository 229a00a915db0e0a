// Results of an evaluation as plain JSON: every episode of every run.
import { readFileSync } from "node:fs";
import type { Artifact } from "@throughline/lab";
import { z } from "zod";
import { CecError } from "../errors.js";

const count = z.int().min(0);

const episodeSchema = z.strictObject({
  /** Number of the run, from 0. */
  run: count,
  /** Number of the episode in its run, from 0. */
  number: count,
  /** Number of its level, from 0. */
  level: count,
  /** Number of the episode among those of its level, from 0. */
  episode: count,
  success: z.boolean(),
  /** Steps. */
  length: z.int().min(1),
  /** Sum of the rewards of the environment. */
  return: z.number(),
  /** True if it is of the tested level. */
  scored: z.boolean(),
  /** Actions, if they were kept: their numbers, or the numbers of each. */
  actions: z.array(z.union([count, z.array(z.number())])).optional(),
});

const protocolSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("auto"),
    promoteAfter: z.int().min(1),
    cap: z.int().min(1),
    testEpisodes: z.int().min(1),
  }),
  z.strictObject({ kind: z.literal("fixed"), levelEpisodes: count, testEpisodes: z.int().min(1) }),
  z.strictObject({ kind: z.literal("learning-progress"), testEpisodes: z.int().min(1) }),
]);

const lookSchema = z.strictObject({
  /** Number of the episode in which the look is, in its run. */
  number: count,
  /** Steps of all runs that the means are over. */
  steps: count,
  /** Mean weight that falls on frames of the episode itself, of the one before, of the one before that … */
  back: z.array(z.number()),
  /** The same if all frames of the window had equal weights. */
  even: z.array(z.number()),
});

const resultSchema = z.strictObject({
  format: z.literal("throughline-cec-evaluation-1"),
  protocol: protocolSchema,
  /** Environments that were played, from the easiest level; null for a level that no run came to. */
  levels: z.array(z.strictObject({ id: z.string(), options: z.record(z.string(), z.unknown()) }).nullable()),
  runs: z.int().min(1),
  seed: count,
  forget: z.enum(["never", "episode"]),
  order: z.enum(["played", "shuffled"]),
  choose: z.enum(["best", "sample"]),
  episodes: z.array(episodeSchema),
  /** Differences of the policy's log-probabilities in chunks and step by step from those in one pass, relative to 1 + their size. */
  selfCheck: z
    .strictObject({ inChunks: z.number(), stepByStep: z.number(), steps: count, chunk: count })
    .optional(),
  /** Weights of attention on earlier episodes, if they were asked for. */
  looks: z.array(lookSchema).optional(),
});

/** An episode of a run. */
export type RunEpisode = z.infer<typeof episodeSchema>;

/** Attention of a run's episodes of one number, over those before. */
export type Look = z.infer<typeof lookSchema>;

/** What was evaluated, how, and every episode. */
export type EvaluationResult = z.infer<typeof resultSchema>;

/** The schema of an evaluation, for files that hold several. */
export const evaluationSchema: z.ZodType<EvaluationResult> = resultSchema;

/** The file of an evaluation among the artifacts of a run. */
export function evaluationArtifact(name = "evaluation.json"): Artifact<EvaluationResult> {
  return { name, schema: resultSchema };
}

/**
 * An evaluation that was written as JSON.
 * @param source name for the message
 * @throws CecError `cec/evaluation` for what is no evaluation, or whose episodes are not complete
 */
export function parseEvaluation(text: string, source = "the text"): EvaluationResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CecError("evaluation", `${source} is no evaluation: it is not JSON`, { cause: error });
  }
  const { success, data, error } = resultSchema.safeParse(value);
  if (!success) {
    const { path, message } = error.issues[0]!;
    throw new CecError("evaluation", `${source} is no evaluation: ${path.join(".") || "it"}: ${message}`);
  }
  for (let run = 0; run < data.runs; run++) {
    const scored = data.episodes.filter((episode) => episode.run === run && episode.scored).length;
    if (scored === data.protocol.testEpisodes) continue;
    const wanted = `its protocol has ${data.protocol.testEpisodes}`;
    throw new CecError("evaluation", `${source}: run ${run} has ${scored} scored episodes, ${wanted}`);
  }
  return data;
}

/** Reads an evaluation. @throws CecError as `parseEvaluation` */
export function readEvaluation(path: string): EvaluationResult {
  return parseEvaluation(readFileSync(path, "utf8"), path);
}

/** Success of the scored episodes of each run, in order: [runs][test episodes]. */
export function scoredSuccess({ runs, episodes }: Pick<EvaluationResult, "runs" | "episodes">): number[][] {
  const rows: number[][] = Array.from({ length: runs }, () => []);
  for (const { run, scored, success } of episodes) if (scored) rows[run]!.push(Number(success));
  return rows;
}
