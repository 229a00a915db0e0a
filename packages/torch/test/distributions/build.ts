// Distributions and transforms as the fixtures write them.
import { distributions, Tensor } from "@throughline/torch";

/** A class and its arguments under PyTorch's names. */
export interface Spec {
  readonly kind: string;
  readonly [argument: string]: Argument;
}

type Argument = string | number | Tensor | Spec | readonly (number | Spec)[];

/** Arguments by position; the others are options. */
const positions: Readonly<Record<string, readonly string[]>> = {
  Normal: ["loc", "scale"],
  Categorical: [],
  Bernoulli: [],
  Independent: ["base_distribution", "reinterpreted_batch_ndims"],
  MultivariateNormalDiag: ["loc", "scale_diag"],
  MixtureSameFamily: ["mixture_distribution", "component_distribution"],
  Uniform: ["low", "high"],
  Exponential: ["rate"],
  Laplace: ["loc", "scale"],
  Cauchy: ["loc", "scale"],
  Gamma: ["concentration", "rate"],
  Chi2: ["df"],
  Beta: ["concentration1", "concentration0"],
  Dirichlet: ["concentration"],
  FisherSnedecor: ["df1", "df2"],
  StudentT: ["df", "loc", "scale"],
  Poisson: ["rate"],
  Geometric: [],
  Binomial: ["total_count"],
  NegativeBinomial: ["total_count"],
  Multinomial: ["total_count"],
  OneHotCategorical: [],
  OneHotCategoricalStraightThrough: [],
  Gumbel: ["loc", "scale"],
  HalfNormal: ["scale"],
  HalfCauchy: ["scale"],
  LogNormal: ["loc", "scale"],
  Pareto: ["scale", "alpha"],
  Weibull: ["scale", "concentration"],
  InverseGamma: ["concentration", "rate"],
  Kumaraswamy: ["concentration1", "concentration0"],
  GeneralizedPareto: ["loc", "scale", "concentration"],
  LogisticNormal: ["loc", "scale"],
  RelaxedBernoulli: ["temperature"],
  RelaxedOneHotCategorical: ["temperature"],
  ContinuousBernoulli: [],
  VonMises: ["loc", "concentration"],
  MultivariateNormal: ["loc"],
  LowRankMultivariateNormal: ["loc", "cov_factor", "cov_diag"],
  Wishart: ["df"],
  LKJCholesky: ["dim", "concentration"],
  TransformedDistribution: ["base_distribution", "transforms"],
  ExpTransform: [],
  AbsTransform: [],
  SigmoidTransform: [],
  SoftplusTransform: [],
  TanhTransform: [],
  PowerTransform: ["exponent"],
  AffineTransform: ["loc", "scale"],
  SoftmaxTransform: [],
  StickBreakingTransform: [],
  LowerCholeskyTransform: [],
  PositiveDefiniteTransform: [],
  CorrCholeskyTransform: [],
  ReshapeTransform: ["in_shape", "out_shape"],
  IndependentTransform: ["base_transform", "reinterpreted_batch_ndims"],
  ComposeTransform: ["parts"],
  CatTransform: ["tseq"],
  StackTransform: ["tseq"],
  CumulativeDistributionTransform: ["distribution"],
};

const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

function make(spec: Spec): unknown {
  if (spec.kind === "Inverse") return buildTransform(spec.base as Spec).inv;
  const places = positions[spec.kind];
  if (places === undefined) throw new Error(`no such class: ${spec.kind}`);
  const given = places.map((name) => made(spec[name]));
  const rest = Object.entries(spec).filter(([name]) => name !== "kind" && !places.includes(name));
  const options =
    rest.length === 0 ? [] : [Object.fromEntries(rest.map(([name, value]) => [camel(name), made(value)]))];
  const type = distributions[spec.kind as keyof typeof distributions] as unknown as new (
    ...args: unknown[]
  ) => unknown;
  return new type(...given, ...options);
}

function made(value: Argument | undefined): unknown {
  if (Array.isArray(value)) return value.map(made);
  return value !== undefined && isSpec(value) ? make(value) : value;
}

export function build(spec: Spec): distributions.Distribution {
  return make(spec) as distributions.Distribution;
}

export function buildTransform(spec: Spec): distributions.Transform {
  return make(spec) as distributions.Transform;
}

const isSpec = (value: Argument): value is Spec =>
  typeof value === "object" && !(value instanceof Tensor) && !Array.isArray(value);

/** The floating-point tensors in a spec, in order. */
export function leavesOf(spec: Spec): Tensor[] {
  return Object.values(spec).flatMap(leavesIn);
}

function leavesIn(value: Argument): Tensor[] {
  if (value instanceof Tensor) return value.dtype.startsWith("float") ? [value] : [];
  if (Array.isArray(value)) return (value as Argument[]).flatMap(leavesIn);
  return isSpec(value) ? leavesOf(value) : [];
}

/** The spec with other tensors in their places. */
export function withLeaves(spec: Spec, leaves: readonly Tensor[]): Spec {
  const rest = [...leaves];
  const replace = (value: Argument): Argument => {
    if (value instanceof Tensor) return value.dtype.startsWith("float") ? rest.shift()! : value;
    if (Array.isArray(value)) return value.map((item) => replace(item as Argument)) as Argument;
    return isSpec(value) ? replaceAll(value) : value;
  };
  const replaceAll = (node: Spec): Spec =>
    Object.fromEntries(
      Object.entries(node).map(([name, value]) => [name, replace(value)]),
    ) as unknown as Spec;
  return replaceAll(spec);
}
