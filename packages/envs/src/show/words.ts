// Mazes and episodes in words.
import type { MazeFacts } from "../mazes/episode.js";
import type { MazeEnv } from "../mazes/maze-env.js";

/** Name and value of the dial that makes a maze hard, such as `rooms 5`. */
export function dialText(env: MazeEnv): string {
  const name = env.dial;
  return `${name} ${String((env.spec.options as Record<string, unknown>)[name])}`;
}

/** What became of an episode, in words. */
export function endText({ success, length, walked, shortest, efficiency }: MazeFacts): string {
  if (!success) return `not reached in ${length} steps`;
  const ways = `${walked.toFixed(1)} cells, shortest ${shortest.toFixed(1)}, efficiency ${efficiency.toFixed(2)}`;
  return `reached in ${length} steps (${ways})`;
}
