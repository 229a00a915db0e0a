// The curve of success while an agent learns, without its first points, which only lucky episodes have made.
import { mazeKind } from "@throughline/envs";
import type { SourceConfig } from "./options.js";

/** Success after some training. */
export interface SuccessPoint {
  /** Updates done. */
  readonly updates: number;
  /** Steps in all lanes. */
  readonly frames: number;
  /** Success of the level's last episodes; NaN where it says nothing yet. */
  readonly success: number;
}

/**
 * Success from the metrics of a run. At the beginning of a level all lanes begin an episode, and those that reach the goal end before
 * those that do not. So there is no value until every lane has had the time of a whole episode, the maze's horizon, on that level.
 * @param metrics rows of the run, of any loops
 */
export function successCurve(
  metrics: readonly Readonly<Record<string, unknown>>[],
  { env, height, width, lanes }: Pick<SourceConfig, "env" | "height" | "width" | "lanes">,
): SuccessPoint[] {
  const { horizon } = mazeKind(env).complete({ height, width });
  let [level, before, began] = [0, 0, 0];
  return metrics
    .filter(({ loop }) => loop === "train")
    .map((row) => {
      const frames = Number(row.frames);
      if (row.level !== level) [level, began] = [Number(row.level), before];
      before = frames;
      const isKnown = frames - began >= horizon * lanes;
      return { updates: Number(row.step) + 1, frames, success: isKnown ? Number(row.success) : Number.NaN };
    });
}
