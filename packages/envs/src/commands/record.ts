// `throughline env record ID --out film.gif`
import type { CommandCall, CommandResult } from "@throughline/lab";
import { filmFormat, recordFilm } from "../show/film.js";
import { dialText, endText } from "../show/words.js";
import { asked, checkRange } from "./asked.js";
import { checkNew } from "./out.js";

export async function record(call: CommandCall): Promise<CommandResult> {
  const { fps, episodes = 1, enlarge } = call.flags as { fps?: number; episodes?: number; enlarge?: number };
  const out = String(call.flags.out);
  const seed = Number(call.flags.seed ?? 0);
  filmFormat(out);
  checkRange("--fps", fps, 1, 50);
  checkRange("--enlarge", enlarge, 36, 2048);
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
