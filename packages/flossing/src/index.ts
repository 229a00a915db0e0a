// The front door: this list is the public API.
export type { RecurrentCell } from "./cells/cell.js";
export { entropyRate, kaplanYorke } from "./spectrum/dimension.js";
export { type LongTermJacobian, type LongTermOptions, longTermJacobian } from "./spectrum/long-term.js";
export { lyapunovSpectrum, type SpectrumOptions } from "./spectrum/lyapunov.js";
export type { StepperOptions } from "./spectrum/setup.js";
export { type LyapunovRecord, LyapunovStepper } from "./spectrum/stepper.js";
export type { LocalExponents, MemberExponents, Spectrum, Trace } from "./spectrum/summary.js";
export { advance, pushForward } from "./systems/advance.js";
export { type FlowSettings, lorenz, lorenz96, rossler } from "./systems/catalogue/flows.js";
export { catMap, henon, logistic, type Parameter, standardMap, tent } from "./systems/catalogue/maps.js";
export {
  type NetworkOptions,
  type NetworkSystem,
  randomMatrixProduct,
  scsNetwork,
  tanhNetwork,
} from "./systems/catalogue/networks.js";
export { type DrivenOptions, driven } from "./systems/driven.js";
export { type FlowOptions, flow } from "./systems/flow.js";
export { type MapOptions, map } from "./systems/map.js";
export { type Integrated, type IntegrateOptions, integrate } from "./systems/ode/integrate.js";
export type { IntegratorOptions } from "./systems/ode/settings.js";
export type { Advanced, FloatType, InitialOptions, System, Tangent } from "./systems/system.js";
export { eulerSpectrum, linearSpectrum } from "./theory/linear.js";
export { type MeanField, type MeanFieldOptions, meanField, meanFieldSpectrum } from "./theory/mean-field.js";
export { levels, randomMatrixSpectrum, triangleLaw } from "./theory/random-matrix.js";
