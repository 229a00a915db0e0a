import { ThroughlineError } from "@throughline/torch/errors";
import { expect } from "vitest";

/** The error of ours that `body` throws; fails if it throws another one or none. */
export function caught(body: () => unknown): ThroughlineError {
  try {
    body();
  } catch (error) {
    expect(error).toBeInstanceOf(ThroughlineError);
    return error as ThroughlineError;
  }
  throw new Error("nothing was thrown");
}
