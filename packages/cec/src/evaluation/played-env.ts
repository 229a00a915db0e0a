// Environments that a policy can be evaluated in, and the forms of what it sees and does there.
import { Box, Dict, Discrete, type Env, type EpisodeFacts, type Space, type Step } from "@throughline/envs";
import { CecError } from "../errors.js";
import { type ActionForm, actionText } from "../loading/data-card.js";

/**
 * An environment with pictures or other arrays to see, one or several by name, and numbered actions or arrays of numbers. Mazes, `TMaze`,
 * the robot's tasks, and such ones of Gymnasium are.
 */
// biome-ignore lint/suspicious/noExplicitAny: its spaces say what observations and actions are
export interface PlayedEnv extends Env<any, any, EpisodeFacts> {
  /** Begins a step, whose result `endStep` waits for: environments with both compute side by side. */
  beginStep?(action: never): void;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  endStep?(): Step<any, EpisodeFacts>;
}

/** An action: its number, or its numbers. */
export type PlainAction = number | Float32Array;

/** What is observed, by key. */
export type PlainObservation = Readonly<Record<string, ArrayLike<number>>>;

/** Form of one part of an observation, as a policy sees it. */
export interface SeenForm {
  readonly dtype: "uint8" | "float32";
  readonly shape: readonly number[];
}

/** Forms that all levels of an evaluation share. */
export interface EnvForm {
  readonly observations: Readonly<Record<string, SeenForm>>;
  readonly actions: ActionForm;
}

/**
 * The form of an environment.
 * @param keys parts of observations that are given, where these have several, by default all; else the one name of what is observed, by
 * default `image` for pictures and `observation` for others
 * @throws CecError `cec/evaluation` for other spaces than arrays to see, and actions that are numbered from 0 or arrays of one dimension
 */
export function formOf(
  { spec, observationSpace, actionSpace }: PlayedEnv,
  keys?: readonly string[],
): EnvForm {
  const actions = actionForm(actionSpace);
  const observations = observationForms(observationSpace, keys);
  if (actions !== undefined && observations !== undefined) {
    const missing = keys?.filter((key) => observations[key] === undefined) ?? [];
    if (missing.length === 0) return { observations, actions };
    const has = Object.keys((observationSpace as Dict).spaces ?? observations).join(", ");
    throw new CecError("evaluation", `${spec.id} shows ${has}, and not ${missing.join(", ")}`);
  }
  const given = `observations ${observationSpace} and actions ${actionSpace}`;
  const accepted = "a Box, or a Dict of such, and a Discrete from 0 or a Box of float32 of one dimension";
  throw new CecError("evaluation", `${spec.id} has ${given}, accepted in an evaluation: ${accepted}`);
}

function observationForms(
  space: Space<unknown>,
  keys: readonly string[] | undefined,
): Readonly<Record<string, SeenForm>> | undefined {
  if (space instanceof Box) {
    const isPicture = space.dtype === "uint8" && space.shape.length === 3;
    return { [keys?.[0] ?? (isPicture ? "image" : "observation")]: seenForm(space) };
  }
  if (!(space instanceof Dict)) return undefined;
  const parts = Object.entries(space.spaces).filter(([key]) => keys?.includes(key) ?? true);
  if (!parts.every(([, one]) => one instanceof Box)) return undefined;
  return Object.fromEntries(parts.map(([key, one]) => [key, seenForm(one)]));
}

const seenForm = ({ dtype, shape }: Space<unknown>): SeenForm => ({
  dtype: dtype === "uint8" ? "uint8" : "float32",
  shape,
});

function actionForm(space: Space<unknown>): ActionForm | undefined {
  if (space instanceof Discrete && space.start === 0) return { kind: "numbered", count: space.n };
  if (!(space instanceof Box) || space.dtype !== "float32" || space.shape.length !== 1) return undefined;
  return { kind: "continuous", dimensions: space.size };
}

/** An observation by key. @param observation as the environment gives it */
export function seenAs({ observations }: EnvForm, observation: unknown): PlainObservation {
  if (!ArrayBuffer.isView(observation)) return observation as PlainObservation;
  const [key] = Object.keys(observations);
  return { [key!]: observation as unknown as ArrayLike<number> };
}

/** An action within the bounds of the space: what is drawn may lie a little outside. */
export function bounded(space: Space<unknown>, action: PlainAction): PlainAction {
  if (typeof action === "number" || !(space instanceof Box)) return action;
  const { low, high } = space;
  const at = (bound: typeof low, place: number): number =>
    typeof bound === "number" ? bound : bound[place]!;
  return action.map((value, place) => Math.min(at(high, place), Math.max(at(low, place), value)));
}

/** @throws CecError `cec/evaluation` if a level shows or accepts something else than another one */
export function checkSameForm(level: number, form: EnvForm, others: EnvForm): void {
  const words = ({ observations, actions }: EnvForm): string => {
    const parts = Object.entries(observations).map(
      ([key, { dtype, shape }]) => `${key} ${dtype} [${shape.join(", ")}]`,
    );
    return `${parts.join(", ")} and actions ${actionText(actions)}`;
  };
  if (words(form) === words(others)) return;
  throw new CecError(
    "evaluation",
    `level ${level} has ${words(form)}, another level ${words(others)}; give all levels the same`,
  );
}
