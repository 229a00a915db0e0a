// torch.nn.init
export { constant_, normal_, ones_, type RandomOptions, uniform_, zeros_ } from "./fill.js";
export {
  calculateGain,
  type KaimingOptions,
  kaimingNormal_,
  kaimingUniform_,
  type Nonlinearity,
  xavierNormal_,
  xavierUniform_,
} from "./scaled.js";
export { dirac_, eye_, orthogonal_, sparse_ } from "./structured.js";
export { truncNormal_ } from "./truncated.js";
