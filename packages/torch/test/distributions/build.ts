// Distributions as the fixtures write them.
import { distributions, Tensor } from "@throughline/torch";

const { Bernoulli, Categorical, Independent, MixtureSameFamily, MultivariateNormalDiag, Normal } =
  distributions;

/** A class and its arguments under PyTorch's names. */
export interface Spec {
  readonly kind: string;
  readonly [argument: string]: string | number | Tensor | Spec;
}

export function build(spec: Spec): distributions.Distribution {
  const get = <T>(name: string): T => spec[name] as T;
  const part = <T extends distributions.Distribution>(name: string): T => build(get<Spec>(name)) as T;
  switch (spec.kind) {
    case "Normal":
      return new Normal(get("loc"), get("scale"));
    case "Categorical":
      return new Categorical({ probs: get("probs"), logits: get("logits") });
    case "Bernoulli":
      return new Bernoulli({ probs: get("probs"), logits: get("logits") });
    case "Independent":
      return new Independent(part("base_distribution"), get("reinterpreted_batch_ndims"));
    case "MultivariateNormalDiag":
      return new MultivariateNormalDiag(get("loc"), get("scale_diag"));
    case "MixtureSameFamily":
      return new MixtureSameFamily(part("mixture_distribution"), part("component_distribution"));
    default:
      throw new Error(`no such distribution: ${spec.kind}`);
  }
}

const isSpec = (value: Spec[string]): value is Spec =>
  typeof value === "object" && !(value instanceof Tensor);

/** The tensors in a spec, in order. */
export function leavesOf(spec: Spec): Tensor[] {
  return Object.values(spec).flatMap((value) =>
    value instanceof Tensor ? [value] : isSpec(value) ? leavesOf(value) : [],
  );
}

/** The spec with other tensors in their places. */
export function withLeaves(spec: Spec, leaves: readonly Tensor[]): Spec {
  const rest = [...leaves];
  const replace = (node: Spec): Spec =>
    Object.fromEntries(
      Object.entries(node).map(([name, value]) => [
        name,
        value instanceof Tensor ? rest.shift()! : isSpec(value) ? replace(value) : value,
      ]),
    ) as Spec;
  return replace(spec);
}
