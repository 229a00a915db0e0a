// Probability distributions (`torch.distributions`): this list is `distributions`.
export { Bernoulli } from "./bernoulli.js";
export { Beta } from "./beta.js";
export { Binomial } from "./binomial.js";
export { Categorical, type CategoricalOptions } from "./categorical.js";
export { Cauchy } from "./cauchy.js";
export { Chi2 } from "./chi2.js";
export * as constraints from "./constraint-list.js";
export {
  bijectTo,
  type ConstraintTransforms,
  registerConstraint,
  transformTo,
} from "./constraint-registry.js";
export type { Bound, Constraint } from "./constraints.js";
export { ContinuousBernoulli } from "./continuous-bernoulli.js";
export type { CovarianceOptions } from "./covariance.js";
export { Dirichlet } from "./dirichlet.js";
export { Distribution, type DistributionOptions } from "./distribution.js";
export { Exponential } from "./exponential.js";
export { FisherSnedecor } from "./fisher-snedecor.js";
export { Gamma } from "./gamma.js";
export { GeneralizedPareto } from "./generalized-pareto.js";
export { Geometric } from "./geometric.js";
export { Gumbel } from "./gumbel.js";
export { HalfCauchy } from "./half-cauchy.js";
export { HalfNormal } from "./half-normal.js";
export { Independent } from "./independent.js";
export { InverseGamma } from "./inverse-gamma.js";
export { type DistributionClass, type Divergence, klDivergence, registerKl } from "./kl.js";
export { Kumaraswamy } from "./kumaraswamy.js";
export { Laplace } from "./laplace.js";
export { LKJCholesky } from "./lkj-cholesky.js";
export { LogNormal } from "./log-normal.js";
export { LogisticNormal } from "./logistic-normal.js";
export { LowRankMultivariateNormal } from "./low-rank-multivariate-normal.js";
export { MixtureSameFamily } from "./mixture-same-family.js";
export { Multinomial } from "./multinomial.js";
export { MultivariateNormal } from "./multivariate-normal.js";
export { MultivariateNormalDiag } from "./multivariate-normal-diag.js";
export { NegativeBinomial } from "./negative-binomial.js";
export { Normal } from "./normal.js";
export { OneHotCategorical, OneHotCategoricalStraightThrough } from "./one-hot-categorical.js";
export type { BinaryOptions } from "./parameters.js";
export { Pareto } from "./pareto.js";
export { Poisson } from "./poisson.js";
export { LogitRelaxedBernoulli, RelaxedBernoulli } from "./relaxed-bernoulli.js";
export { ExpRelaxedCategorical, RelaxedOneHotCategorical } from "./relaxed-one-hot-categorical.js";
export { StudentT } from "./student-t.js";
export { Transform } from "./transform.js";
export { AffineTransform, type AffineTransformOptions } from "./transform-affine.js";
export {
  CorrCholeskyTransform,
  LowerCholeskyTransform,
  PositiveDefiniteTransform,
} from "./transform-cholesky.js";
export { ComposeTransform, identityTransform } from "./transform-compose.js";
export { CumulativeDistributionTransform } from "./transform-cumulative.js";
export {
  AbsTransform,
  ExpTransform,
  PowerTransform,
  SigmoidTransform,
  SoftplusTransform,
  TanhTransform,
} from "./transform-elementwise.js";
export { IndependentTransform } from "./transform-independent.js";
export {
  CatTransform,
  type CatTransformOptions,
  StackTransform,
  type StackTransformOptions,
} from "./transform-parts.js";
export { ReshapeTransform } from "./transform-reshape.js";
export { SoftmaxTransform, StickBreakingTransform } from "./transform-simplex.js";
export { TransformedDistribution } from "./transformed-distribution.js";
export { Uniform } from "./uniform.js";
export { VonMises } from "./von-mises.js";
export { Weibull } from "./weibull.js";
export { Wishart } from "./wishart.js";
