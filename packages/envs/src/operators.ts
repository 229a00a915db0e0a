// The package's compiled operators, made by `npm run setup` from native/.
import { loadOperators } from "@throughline/torch";

let loaded: unknown;

/** Operators as a room of the package knows them. @throws TorchError `torch/library` if they are not compiled */
export function operators<Operators>(): Operators {
  loaded ??= loadOperators(new URL("../build/throughline_envs", import.meta.url), "throughline_envs");
  return loaded as Operators;
}
