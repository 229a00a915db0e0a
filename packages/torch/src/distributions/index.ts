// Probability distributions (`torch.distributions`): this list is `distributions`.
export { Bernoulli, type BernoulliOptions } from "./bernoulli.js";
export { Categorical, type CategoricalOptions } from "./categorical.js";
export type { Constraint } from "./constraints.js";
export { Distribution, type DistributionOptions } from "./distribution.js";
export { Independent } from "./independent.js";
export { klDivergence } from "./kl.js";
export { MixtureSameFamily } from "./mixture-same-family.js";
export { MultivariateNormalDiag } from "./multivariate-normal-diag.js";
export { Normal } from "./normal.js";
