// `throughline env record ID --out film.gif`
import type { CommandCall, CommandResult } from "@throughline/lab";
import { EnvError } from "../errors.js";
import { type GymnasiumId, isGymnasiumId } from "../gymnasium/id.js";
import { isManipulationId } from "../manipulation/tasks/tasks.js";
import { filmFormat, recordFilm } from "../show/film.js";
import { recordRendered, returnText } from "../show/rendered.js";
import { dialText, endText } from "../show/words.js";
import { asked, checkRange, gymnasiumIn, idIn } from "./asked.js";
import { checkNew } from "./out.js";

export async function record(call: CommandCall): Promise<CommandResult> {
  const { fps, episodes = 1, enlarge } = call.flags as { fps?: number; episodes?: number; enlarge?: number };
  const out = String(call.flags.out);
  const seed = Number(call.flags.seed ?? 0);
  filmFormat(out);
  checkRange("--fps", fps, 1, 50);
  checkRange("--enlarge", enlarge, 36, 2048);
  const id = call.operands.length > 0 ? idIn(call) : "";
  if (isGymnasiumId(id)) return recordGymnasium(call, id, out, { episodes, seed, fps, enlarge });
  if (isManipulationId(id)) {
    const { filmManipulation } = await import("./manipulation.js");
    return filmManipulation(call, id, out, { episodes, seed, fps, enlarge });
  }
  const { env, player } = await asked(call, String(call.flags.policy ?? "oracle"), seed);
  try {
    checkNew(out);
    const { frames, ends } = await recordFilm(env, player!, out, {
      ...{ episodes, seed, map: call.flags.firstPerson !== true },
      ...(fps === undefined ? {} : { framesPerSecond: fps }),
      ...(enlarge === undefined ? {} : { height: enlarge }),
    });
    return {
      heading: `${env.spec.id} ${dialText(env)}`,
      detail: `  ${player!.name}, ${frames.length} pictures`,
      lines: ends.map((facts) => `  episode ${facts.episode}: ${endText(facts)}`),
      files: [{ what: "film", path: out }],
      json: { id: env.spec.id, options: env.spec.options, player: player!.name, episodes: ends, file: out },
    };
  } finally {
    player!.close();
    env.close();
  }
}

/** A film of an environment of Python's Gymnasium, by its own pictures. */
async function recordGymnasium(
  call: CommandCall,
  id: GymnasiumId,
  out: string,
  { episodes, seed, fps, enlarge }: { episodes: number; seed: number; fps?: number; enlarge?: number },
): Promise<CommandResult> {
  const { policy } = call.flags;
  if (policy !== undefined && policy !== "random")
    throw new EnvError("player", `${String(policy)} plays mazes alone, and ${id} is none; accepted: random`);
  const env = gymnasiumIn(call, id);
  try {
    checkNew(out);
    const { frames, ends } = await recordRendered(env, out, {
      ...{ episodes, seed },
      ...(fps === undefined ? {} : { framesPerSecond: fps }),
      ...(enlarge === undefined ? {} : { height: enlarge }),
    });
    return {
      heading: id,
      detail: `  random, ${frames.length} pictures`,
      lines: ends.map((facts) => `  episode ${facts.episode}: ${facts.length} steps, ${returnText(facts)}`),
      files: [{ what: "film", path: out }],
      json: { id, options: env.spec.options, player: "random", episodes: ends, file: out },
    };
  } finally {
    env.close();
  }
}
