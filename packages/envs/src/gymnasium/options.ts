// Options of an environment of Python's Gymnasium.
import {
  checkOptions,
  oneOf,
  optional,
  positive,
  type Rule,
  type Rules,
  whole,
} from "@throughline/torch/checks";

/** Values that JSON can hold, by name: keyword arguments in Python. */
export type Keywords = Readonly<Record<string, unknown>>;

/** Options of `gymnasium`. */
export interface GymnasiumOptions {
  /** The Python that has Gymnasium, as a path or a command. Default: THROUGHLINE_PYTHON, else `python3`. */
  readonly python?: string;
  /** Modules that register environments when they are imported, such as `minigrid`. Default: none. */
  readonly imports?: readonly string[];
  /** Arguments of `gymnasium.make`, such as `{ size: 8 }`. Default: none. */
  readonly kwargs?: Keywords;
  /**
   * Wrappers by their dotted names, from the inside out, each alone or with its arguments, such as
   * `["minigrid.wrappers.RGBImgPartialObsWrapper", { tile_size: 8 }]`. Default: none.
   */
  readonly wrappers?: readonly (string | readonly [string, Keywords])[];
  /** Steps after which an episode is truncated. Default: the environment's own `max_episode_steps` or `max_steps`; none without. */
  readonly horizon?: number;
  /**
   * What `info.success` says: "info", the environment's own `success` or `is_success` in its info, false without any; "reward",
   * that the episode terminated with a reward above 0, as in MiniGrid. Default: "info".
   */
  readonly success?: "info" | "reward";
  /** Seconds that a call may take before the process is ended; the first includes all imports. Default: 120. */
  readonly timeout?: number;
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isKeywords = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const names: Rule<readonly string[]> = {
  initial: [],
  accepted: "a list of modules' names",
  accepts: (value) => Array.isArray(value) && value.every(isText),
};
const keywords: Rule<Keywords> = {
  initial: {},
  accepted: "an object of arguments",
  accepts: isKeywords,
};
const wrappers: Rule<NonNullable<GymnasiumOptions["wrappers"]>> = {
  initial: [],
  accepted:
    'a list of dotted names, as "minigrid.wrappers.ImgObsWrapper", each alone or in a list with its arguments',
  accepts: (value) =>
    Array.isArray(value) &&
    value.every((one) => {
      const [name, rest, ...more] = Array.isArray(one) ? one : [one, {}];
      return isText(name) && name.includes(".") && isKeywords(rest) && more.length === 0;
    }),
};
const program: Rule<string | undefined> = {
  initial: undefined,
  accepted: "a path or a command",
  accepts: isText,
};

const rules: Rules<Complete> = {
  python: optional(program),
  imports: names,
  kwargs: keywords,
  wrappers,
  horizon: optional(whole(1, 1)),
  success: oneOf(["info", "reward"], "info"),
  timeout: positive(120),
};

type Optional = "python" | "horizon";
type Complete = Required<Omit<GymnasiumOptions, Optional>> & {
  readonly [Name in Optional]: GymnasiumOptions[Name];
};

/** Complete options. @throws TorchError `torch/argument` for an option that is not accepted */
export function completeOptions(
  owner: string,
  options: GymnasiumOptions | undefined,
): Complete & { python: string } {
  const complete = checkOptions<Complete>(owner, rules, options);
  return { ...complete, python: complete.python ?? (process.env.THROUGHLINE_PYTHON || "python3") };
}
