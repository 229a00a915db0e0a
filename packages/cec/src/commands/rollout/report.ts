// Report of `throughline rollout`: what it says of the runs.
import { type CommandResult, mean } from "@throughline/lab";
import { type EvaluationResult, type RunEpisode, scoredSuccess } from "../../evaluation/result.js";
import { summarise } from "../../evaluation/summary.js";
import type { World } from "./world.js";

/** Files that were written. */
export interface Written {
  readonly video: string | undefined;
  readonly out: string | undefined;
}

/** The episodes of a policy in words, and as a value. */
export function report(
  result: EvaluationResult,
  { id, dial, levels, isMaze }: World,
  model: string,
  { video, out }: Written,
): CommandResult {
  const { runs, episodes, forget, protocol } = result;
  const scored = episodes.filter((one) => one.scored);
  const before = episodes.length - scored.length;
  const { success, first, last, rise } = summarise(result);
  return {
    heading: `${id} ${dial}`.trim(),
    detail: `  ${model}, ${forget === "never" ? "with its memory" : "memory cleared after each episode"}`,
    lines: [
      ...(before > 0 ? [`  ${before} episodes of easier levels before`] : []),
      ...(isMaze ? successLines(result, scored) : returnLines(result, scored)),
      isMaze
        ? `  success ${scored.filter((one) => one.success).length} of ${scored.length}, first quarter ${first.value.toFixed(2)}, last quarter ${last.value.toFixed(2)}`
        : `  return ${short(mean(scored.map((one) => one.return)))} on average, success ${scored.filter((one) => one.success).length} of ${scored.length}`,
    ],
    files: [
      ...(video === undefined ? [] : [{ what: "film", path: video }]),
      ...(out === undefined ? [] : [{ what: "episodes", path: out }]),
    ],
    json: {
      ...{ model, env: id, levels, protocol, forget, runs, success },
      ...{ firstQuarter: first, lastQuarter: last, rise },
      episodes: episodes.map(({ actions, ...rest }) => rest),
      ...{ video, out },
    },
  };
}

function successLines({ runs, ...result }: EvaluationResult, scored: readonly RunEpisode[]): string[] {
  if (runs === 1)
    return scored.map(
      ({ success, length }, at) =>
        `  episode ${at + 1}: ${success ? "reached" : "not reached"} in ${length} steps`,
    );
  const rows = scoredSuccess({ runs, episodes: result.episodes });
  return rows[0]!.map((_, at) => {
    const won = rows.reduce((sum, row) => sum + row[at]!, 0);
    return `  episode ${at + 1}: reached in ${won} of ${runs} runs`;
  });
}

function returnLines({ runs, protocol }: EvaluationResult, scored: readonly RunEpisode[]): string[] {
  return Array.from({ length: protocol.testEpisodes }, (_, at) => {
    const alike = scored.filter((_, index) => index % protocol.testEpisodes === at);
    const found = short(mean(alike.map((one) => one.return)));
    if (runs === 1) return `  episode ${at + 1}: return ${found} in ${alike[0]!.length} steps`;
    return `  episode ${at + 1}: return ${found}, mean of ${runs} runs`;
  });
}

const short = (value: number): string => String(Number(value.toPrecision(4)));
