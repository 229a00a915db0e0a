// torch.nn.utils: this list is `nn.utils`. Clipping of gradients is in `optim`.
export { fuseConvBnEval, fuseLinearBnEval } from "./fusion.js";
export * as parametrizations from "./parametrizations.js";
export * as parametrize from "./parametrize.js";
export * as rnn from "./rnn.js";
export { parametersToVector, vectorToParameters } from "./vector.js";
