// A Python whose `gymnasium` and `numpy` are those of this folder: a real child process that needs no package.
import { join } from "node:path";
import { type GymnasiumOptions, gymnasium } from "@throughline/envs";
import { own } from "@throughline/testing/leaks";

process.env.PYTHONPATH = join(import.meta.dirname, "fake");
process.env.PYTHONDONTWRITEBYTECODE = "1";

/** Options for a fault of the walk, which action 2 brings about. */
export const withFault = (fault: string, timeout = 600): GymnasiumOptions => ({ timeout, kwargs: { fault } });

/** The walk on a line. */
export const walk = (options?: GymnasiumOptions) => own(gymnasium<Float64Array, number>("Walk-v0", options));
