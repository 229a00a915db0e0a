// Robots' tasks on the command line: sheets, films and demonstrations.
import { existsSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { type CommandCall, type CommandResult, freshPath, makeFolder, writeAtomic } from "@throughline/lab";
import { show } from "@throughline/torch/checks";
import { EnvError } from "../errors.js";
import { SKILLS, type Skill } from "../manipulation/demonstrators/skills.js";
import { ManipulationEnv } from "../manipulation/manipulation-env.js";
import { CAMERAS } from "../manipulation/observations/pictures.js";
import type { ManipulationOptions } from "../manipulation/options.js";
import { isManipulationId, MANIPULATION_IDS, type ManipulationId } from "../manipulation/tasks/tasks.js";
import { recordDemonstrations } from "../recording/demonstrations.js";
import { EpisodeWriter } from "../recording/writer.js";
import { BothCameras, scriptedActor } from "../show/both-cameras.js";
import { type Actor, recordRendered, renderedSheet, returnText } from "../show/rendered.js";
import { idIn, kebab, optionsIn } from "./asked.js";
import { checkNew } from "./out.js";

/** Side of a camera's picture on sheets and in films, in pixels. */
const SIDE = 248;

/** A sheet of episodes of the best demonstrator. */
export function previewManipulation(
  call: CommandCall,
  id: ManipulationId,
  seeds: number,
  seed: number,
  out: string | undefined,
): CommandResult {
  const env = new BothCameras(new ManipulationEnv(id, manipulationOptions(call, id)), SIDE);
  try {
    const path = out ?? `${freshPath(id, [".png"])}.png`;
    checkNew(path);
    writeAtomic(path, renderedSheet(env, { seeds, seed }, scriptedActor(id, "better")));
    return {
      heading: id,
      detail: `  ${seeds === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + seeds - 1}`}`,
      files: [{ what: "sheet", path }],
      json: {
        id,
        options: env.spec.options,
        seeds: Array.from({ length: seeds }, (_, at) => seed + at),
        file: path,
      },
    };
  } finally {
    env.close();
  }
}

/** A film of a demonstrator, or of random actions, from both cameras. */
export async function filmManipulation(
  call: CommandCall,
  id: ManipulationId,
  out: string,
  { episodes, seed, fps, enlarge }: { episodes: number; seed: number; fps?: number; enlarge?: number },
): Promise<CommandResult> {
  const who = String(call.flags.policy ?? "better");
  const env = new BothCameras(new ManipulationEnv(id, manipulationOptions(call, id)), enlarge ?? SIDE);
  try {
    const actor = actorOf(id, who);
    checkNew(out);
    const { frames, ends } = await recordRendered(
      env,
      out,
      { episodes, seed, framesPerSecond: fps ?? 20, height: enlarge ?? SIDE },
      actor,
    );
    const player = actor?.name ?? "random";
    return {
      heading: id,
      detail: `  ${player}, ${frames.length} pictures`,
      lines: ends.map((facts) => `  episode ${facts.episode}: ${facts.length} steps, ${returnText(facts)}`),
      files: [{ what: "film", path: out }],
      json: { id, options: env.spec.options, player, episodes: ends, file: out },
    };
  } finally {
    env.close();
  }
}

function actorOf(id: ManipulationId, who: string): Actor | undefined {
  if (who === "random") return undefined;
  if ((SKILLS as readonly string[]).includes(who)) return scriptedActor(id, who as Skill);
  throw new EnvError(
    "player",
    `${who} does not play ${id}, accepted: the scripted demonstrators ${SKILLS.join(", ")}, and random`,
  );
}

/** `throughline env demonstrate ID --out FOLDER` */
export async function demonstrate(call: CommandCall): Promise<CommandResult> {
  const {
    episodes = 90,
    seed = 0,
    pictures,
  } = call.flags as {
    episodes?: number;
    seed?: number;
    pictures?: boolean;
  };
  const out = String(call.flags.out);
  const id = idIn(call);
  if (!isManipulationId(id))
    throw new EnvError("id", `${id} has no demonstrators, accepted: ${MANIPULATION_IDS.join(", ")}`);
  const skills = skillsIn(call.flags.skills);
  if (existsSync(out)) throw new EnvError("store", `${out} is there already; name another folder with --out`);
  makeFolder(dirname(out));
  const cameras = pictures === true ? CAMERAS : [];
  const env = new ManipulationEnv(id, { ...manipulationOptions(call, id), cameras });
  const { spec, observationSpace, actionSpace, stateSize } = env;
  const about = { demonstrator: "scripted", skills, seed, episodes };
  const writer = new EpisodeWriter(out, { levels: [spec], observationSpace, actionSpace, stateSize, about });
  try {
    const found = skills.map((skill, at) => ({
      skill,
      ...recordDemonstrations(writer, env, skill, episodes, seed + at),
    }));
    return {
      heading: `${id} `,
      detail: ` ${writer.length} demonstrations, scripted`,
      lines: found.map(
        ({ skill, kept, failed, steps }) =>
          `  ${skill}: ${kept} episodes of ${(steps / kept).toFixed(0)} steps on average; ${failed} failed and were left out`,
      ),
      files: [{ what: "episodes", path: out }],
      json: { id, options: spec.options, skills: found, folder: out },
    };
  } catch (error) {
    rmSync(out, { recursive: true, force: true });
    throw error;
  } finally {
    writer.close();
    env.close();
  }
}

function skillsIn(typed: unknown): readonly Skill[] {
  if (typed === undefined) return SKILLS;
  const named = String(typed).split(",");
  const isKnown = (name: string): boolean => (SKILLS as readonly string[]).includes(name);
  if (named.every(isKnown) && new Set(named).size === named.length) return named as Skill[];
  throw new EnvError("option", `--skills is ${show(typed)}, accepted: some of ${SKILLS.join(",")}`);
}

/** Options of a task among the flags. @throws EnvError `envs/option` for one that only mazes have */
function manipulationOptions({ flags }: CommandCall, id: ManipulationId): ManipulationOptions {
  const { horizon, height, width, ...others } = optionsIn(flags);
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw new EnvError("option", `--${kebab(other)} is an option of mazes, and ${id} is none; leave it out`);
  return {
    ...(horizon === undefined ? {} : { horizon }),
    ...(height === undefined ? {} : { height }),
    ...(width === undefined ? {} : { width }),
  };
}
