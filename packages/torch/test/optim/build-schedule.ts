// Makes a schedule from PyTorch's name and keyword arguments.
import { optim } from "@throughline/torch";
import { camel, type ScheduleSpec } from "./cases.js";

const { lrScheduler } = optim;
type Options = Record<string, never>;

function rate(expression: unknown): (epoch: number) => number {
  return new Function("epoch", `return ${String(expression)}`) as (epoch: number) => number;
}

/** The schedule that `spec` describes, for `optimizer`. */
export function buildSchedule(spec: ScheduleSpec, optimizer: optim.Optimizer): optim.lrScheduler.LRScheduler {
  const { schedulers, lrLambda, milestones, stepSize, tMax, t0, baseLr, maxLr, gamma, ...options } = camel<
    Record<string, unknown>
  >(spec.args);
  const rest = options as Options;
  const inner = ((schedulers ?? []) as ScheduleSpec[]).map((each) => buildSchedule(each, optimizer));
  const functions = Array.isArray(lrLambda) ? lrLambda.map(rate) : rate(lrLambda);
  const withGamma = (gamma === undefined ? rest : { ...rest, gamma }) as { gamma?: number };
  switch (spec.op.replace("lr_scheduler.", "")) {
    case "LinearLR":
      return new lrScheduler.LinearLR(optimizer, rest);
    case "ConstantLR":
      return new lrScheduler.ConstantLR(optimizer, rest);
    case "PolynomialLR":
      return new lrScheduler.PolynomialLR(optimizer, rest);
    case "StepLR":
      return new lrScheduler.StepLR(optimizer, stepSize as number, withGamma);
    case "MultiStepLR":
      return new lrScheduler.MultiStepLR(optimizer, milestones as number[], withGamma);
    case "ExponentialLR":
      return new lrScheduler.ExponentialLR(optimizer, gamma as number);
    case "CosineAnnealingLR":
      return new lrScheduler.CosineAnnealingLR(optimizer, tMax as number, rest);
    case "CosineAnnealingWarmRestarts":
      return new lrScheduler.CosineAnnealingWarmRestarts(optimizer, t0 as number, rest);
    case "LambdaLR":
      return new lrScheduler.LambdaLR(optimizer, functions);
    case "MultiplicativeLR":
      return new lrScheduler.MultiplicativeLR(optimizer, functions);
    case "OneCycleLR":
      return new lrScheduler.OneCycleLR(optimizer, maxLr as number, rest);
    case "CyclicLR":
      return new lrScheduler.CyclicLR(optimizer, baseLr as number, maxLr as number, {
        ...withGamma,
      });
    case "ChainedScheduler":
      return new lrScheduler.ChainedScheduler(inner);
    case "SequentialLR":
      return new lrScheduler.SequentialLR(optimizer, inner, milestones as number[]);
    default:
      throw new Error(`no schedule is called ${spec.op}`);
  }
}
