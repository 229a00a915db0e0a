// Episodes in a terminal: a person plays with keys, or watches somebody.
import type { MazeFacts } from "../mazes/episode.js";
import type { MazeEnv } from "../mazes/maze-env.js";
import { keysIn } from "./keys.js";
import { onScreen } from "./screen.js";
import { type PlayOptions, Session } from "./session.js";

/**
 * Plays until the person quits. @returns what became of the episodes that ended
 * @throws EnvError `envs/terminal` without a terminal
 */
export function play(env: MazeEnv, options: PlayOptions = {}): Promise<MazeFacts[]> {
  return onScreen(async (screen, listen, ended) => {
    const session = new Session(env, screen, options);
    listen({
      onKeys: (text) => {
        for (const key of keysIn(text)) session.press(key);
      },
      onResize: () => session.show(),
    });
    try {
      return await Promise.race([session.run(), ended]);
    } finally {
      session.stop();
    }
  });
}
