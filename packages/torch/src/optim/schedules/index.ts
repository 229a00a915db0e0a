// Learning-rate schedules: this list is `optim.lrScheduler`.
export { ChainedScheduler } from "./chained.js";
export { ConstantLR, type ConstantLROptions } from "./constant.js";
export { CosineAnnealingLR, type CosineAnnealingLROptions } from "./cosine.js";
export { ExponentialLR } from "./exponential.js";
export { cosineDecay, linearWarmup, type Phase, piecewiseConstant, stepsOf } from "./factors.js";
export type { ScheduleOptions } from "./formula.js";
export { LambdaLR, MultiplicativeLR, type RateFunction } from "./lambda.js";
export { LinearLR, type LinearLROptions } from "./linear.js";
export { MultiStepLR, type MultiStepLROptions } from "./multi-step.js";
export { OneCycleLR } from "./one-cycle.js";
export type { OneCycleLROptions } from "./one-cycle-plan.js";
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from "./plateau.js";
export { PolynomialLR, type PolynomialLROptions } from "./polynomial.js";
export { LRScheduler, type SchedulerState } from "./scheduler.js";
export { SequentialLR } from "./sequential.js";
export { StepLR, type StepLROptions } from "./step.js";
export { CosineAnnealingWarmRestarts, type WarmRestartsOptions } from "./warm-restarts.js";
