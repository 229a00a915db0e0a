// The methods that are compared on robots.

/** A method: which policy learns from which sequences, and what it remembers at test. */
export interface ImitationMethod {
  readonly purpose: string;
  readonly policy: "CecPolicy" | "RecurrentPolicy";
  /** `curriculum`: as the curriculum draws them; `singleEpisodes`: one each; `windows`: a few steps of one. */
  readonly sequences: "curriculum" | "singleEpisodes" | "windows";
  /** When the memory is cleared at test. */
  readonly forget: "never" | "episode";
}

/** The methods by name (Shi et al. 2023, section 4.3; Mandlekar et al. 2021). */
export const imitationMethods = {
  cec: {
    purpose: "imitates sequences of demonstrations that get better, and attends across episodes",
    policy: "CecPolicy",
    sequences: "curriculum",
    forget: "never",
  },
  "cec-no-cross": {
    purpose: "the same model and data, episode by episode with a cleared memory",
    policy: "CecPolicy",
    sequences: "singleEpisodes",
    forget: "episode",
  },
  "bc-rnn": {
    purpose: "robomimic's recurrent policy on windows of ten steps",
    policy: "RecurrentPolicy",
    sequences: "windows",
    forget: "episode",
  },
} as const satisfies Readonly<Record<string, ImitationMethod>>;

/** Name of a method. */
export type ImitationMethodName = keyof typeof imitationMethods;
