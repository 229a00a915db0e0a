// Recording of a source agent's whole learning.
import {
  ACTION_SETS,
  Box,
  Discrete,
  EpisodeWriter,
  mazeKind,
  Recording,
  type ViewOptions,
} from "@throughline/envs";
import { option } from "@throughline/lab";
import { z } from "zod";

/** Options of recording, in `cec/source`; left out, nothing is recorded and a run is as it was without them. */
export const recordOptions = {
  record: option(
    z.boolean().optional(),
    "Keep every episode of training in the artifact `episodes`: actions, rewards, success, about 300 bytes each. Pictures can be drawn again from these.",
  ),
  recordPictures: option(
    z.int().min(0).optional(),
    "With record, episodes of each level whose pictures are kept too: at least so many and evenly spaced over the level however long it becomes, a few times as many in all; some 700 bytes a picture of 24 × 32; left out or 0: none.",
  ),
};

/** Sentences on options that do not go together. */
export function recordProblems(config: {
  readonly record?: boolean | undefined;
  readonly recordPictures?: number | undefined;
}): string[] {
  const { record, recordPictures = 0 } = config;
  if (record || recordPictures === 0) return [];
  return [
    `recordPictures is ${recordPictures}, accepted: pictures of recorded episodes; give record as well`,
  ];
}

/** The artifact with the recorded episodes. */
export const recordedEpisodes = "episodes";

/**
 * The recording of a run, which goes on with the run's checkpoints.
 * @param levels dials of each level
 * @param about seed and settings, for the card
 * @throws EnvError `envs/store`, `envs/disk`
 */
export function openRecording(
  folder: string,
  env: string,
  levels: readonly ViewOptions[],
  view: ViewOptions,
  pictures: number,
  about: Readonly<Record<string, unknown>>,
): Recording {
  const kind = mazeKind(env);
  const specs = levels.map((level) => {
    const options = kind.complete({ ...view, ...level });
    return { id: kind.id, options: { ...options }, horizon: options.horizon };
  });
  const { height, width, actions } = kind.complete({ ...view, ...levels[0] });
  const source = {
    ...{ levels: specs, about },
    observationSpace: new Box(0, 255, [height, width, 3], "uint8"),
    actionSpace: new Discrete(ACTION_SETS[actions].length),
  };
  return new Recording(new EpisodeWriter(folder, source, { existing: "restore" }), {
    observations: pictures,
  });
}
