// The walk on a line of the fake Gymnasium.
import { type GymnasiumOptions, gymnasium } from "@throughline/envs";
import { useFakeGymnasium } from "@throughline/testing/fake-gymnasium";
import { own } from "@throughline/testing/leaks";

useFakeGymnasium();

/** Options for a fault of the walk, which action 2 brings about. */
export const withFault = (fault: string, timeout = 600): GymnasiumOptions => ({ timeout, kwargs: { fault } });

/** The walk on a line. */
export const walk = (options?: GymnasiumOptions) => own(gymnasium<Float64Array, number>("Walk-v0", options));
