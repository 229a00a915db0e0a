// `throughline env play ID`
import type { CommandCall, CommandResult } from "@throughline/lab";
import { EnvError } from "../errors.js";
import { isGymnasiumId } from "../gymnasium/id.js";
import { play } from "../show/play.js";
import { checkTerminal } from "../show/screen.js";
import { dialText, endText } from "../show/words.js";
import { asked, checkRange } from "./asked.js";

export async function playVerb(call: CommandCall): Promise<CommandResult> {
  const { speed, map } = call.flags as { speed?: number; map?: boolean };
  const seed = Number(call.flags.seed ?? 0);
  const all = (["run", "oracle", "random"] as const).filter((name) => call.flags[name] !== undefined);
  if (all.length > 1)
    throw new EnvError("player", `--${all.join(" and --")} were given; one can be watched at a time`);
  checkRange("--speed", speed, 0.1, 60);
  const [id] = call.operands;
  if (id !== undefined && isGymnasiumId(id))
    throw new EnvError(
      "player",
      `${id} has no keys and no map; film it: throughline env record ${id} --out FILE`,
    );
  checkTerminal();
  const who = all[0] === "run" ? String(call.flags.run) : all[0];
  const { env, player } = await asked(call, who, seed);
  try {
    const ends = await play(env, {
      seed,
      ...(player && { player }),
      ...(speed === undefined ? {} : { speed }),
      ...(map === undefined ? {} : { map }),
    });
    const won = ends.filter(({ success }) => success).length;
    return {
      heading: `${env.spec.id} ${dialText(env)}`,
      detail: `  ${ends.length} ${ends.length === 1 ? "episode" : "episodes"} ended, goal reached in ${won}`,
      lines: ends.map((facts) => `  episode ${facts.episode}: ${endText(facts)}`),
      json: { id: env.spec.id, options: env.spec.options, player: player?.name ?? "person", episodes: ends },
    };
  } finally {
    player?.close();
    env.close();
  }
}
