import { Random } from "@throughline/lab/random";
import { type Generator, randint, scope } from "@throughline/torch";

/** A stream that starts from a generator of the engine: one draw. */
export function randomFrom(generator: Generator): Random {
  return new Random(scope(() => randint(2 ** 48, [1], { generator }).item()));
}
