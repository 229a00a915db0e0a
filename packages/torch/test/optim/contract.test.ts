// Optimisers, schedules and the gradient scaler keep the contract of what a checkpoint holds.
import { statefulContract } from "@throughline/testing/contracts/stateful";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { amp, noGrad, optim, type Tensor, tensor } from "@throughline/torch";

checkLeaks();

const optimisers = {
  SGD: (w: Tensor) => new optim.SGD([w], { lr: 0.1, momentum: 0.9, weightDecay: 0.01 }),
  Adam: (w: Tensor) => new optim.Adam([w], { lr: 0.1, amsgrad: true }),
  AdamW: (w: Tensor) => new optim.AdamW([w], { lr: 0.1 }),
  RMSprop: (w: Tensor) => new optim.RMSprop([w], { lr: 0.1, momentum: 0.5, centered: true }),
  Adagrad: (w: Tensor) => new optim.Adagrad([w], { lr: 0.1, lrDecay: 0.1 }),
  Adadelta: (w: Tensor) => new optim.Adadelta([w], { lr: 0.5 }),
  Adamax: (w: Tensor) => new optim.Adamax([w], { lr: 0.1 }),
  NAdam: (w: Tensor) => new optim.NAdam([w], { lr: 0.1 }),
  RAdam: (w: Tensor) => new optim.RAdam([w], { lr: 0.1 }),
};

for (const [name, make] of Object.entries(optimisers)) {
  statefulContract(name, () => {
    const w = tensor([1, -2, 3]).requiresGrad_();
    const optimiser = own(make(w));
    let steps = 0;
    return {
      save: () => ({ optimiser: optimiser.stateDict(), w: w.detach().clone(), steps }),
      load: (saved: { optimiser: optim.LoadableState; w: Tensor; steps: number }) => {
        optimiser.loadStateDict(saved.optimiser);
        noGrad(() => w.copy_(saved.w));
        steps = saved.steps;
      },
      // Gradients that differ from step to step, so that averages of them do.
      step: () => {
        steps += 1;
        optimiser.zeroGrad();
        w.square().mul(Math.sin(steps)).sum().backward();
        optimiser.step();
        return w.detach().clone();
      },
    };
  });
}

const { lrScheduler } = optim;
type Schedule = optim.lrScheduler.LRScheduler;
const schedules: Record<string, (optimiser: optim.Optimizer) => Schedule> = {
  StepLR: (o) => new lrScheduler.StepLR(o, 2, { gamma: 0.5 }),
  MultiStepLR: (o) => new lrScheduler.MultiStepLR(o, [1, 3, 3, 6], { gamma: 0.5 }),
  ConstantLR: (o) => new lrScheduler.ConstantLR(o, { factor: 0.25, totalIters: 3 }),
  LinearLR: (o) => new lrScheduler.LinearLR(o, { startFactor: 0.1, totalIters: 5 }),
  LambdaLR: (o) => new lrScheduler.LambdaLR(o, (epoch) => 1 / (1 + epoch)),
  MultiplicativeLR: (o) => new lrScheduler.MultiplicativeLR(o, (epoch) => 1 - 0.1 / epoch),
  ExponentialLR: (o) => new lrScheduler.ExponentialLR(o, 0.9),
  PolynomialLR: (o) => new lrScheduler.PolynomialLR(o, { totalIters: 6, power: 2 }),
  CosineAnnealingLR: (o) => new lrScheduler.CosineAnnealingLR(o, 5, { etaMin: 0.01 }),
  CosineAnnealingWarmRestarts: (o) => new lrScheduler.CosineAnnealingWarmRestarts(o, 2, { tMult: 2 }),
  CyclicLR: (o) => new lrScheduler.CyclicLR(o, 0.1, 1, { stepSizeUp: 3 }),
  OneCycleLR: (o) => new lrScheduler.OneCycleLR(o, 1, { totalSteps: 20 }),
  SequentialLR: (o) =>
    new lrScheduler.SequentialLR(
      o,
      [
        new lrScheduler.LinearLR(o, { startFactor: 0.5, totalIters: 2 }),
        new lrScheduler.ExponentialLR(o, 0.8),
      ],
      [2],
    ),
  ChainedScheduler: (o) =>
    new lrScheduler.ChainedScheduler([
      new lrScheduler.ConstantLR(o, { factor: 0.5, totalIters: 3 }),
      new lrScheduler.ExponentialLR(o, 0.8),
    ]),
};

for (const [name, make] of Object.entries(schedules)) {
  statefulContract(name, () => {
    const optimiser = own(new optim.SGD([tensor([0]).requiresGrad_()], { lr: 0.1, momentum: 0.9 }));
    const schedule = make(optimiser);
    return {
      save: () => ({ optimiser: optimiser.stateDict(), schedule: schedule.stateDict() }),
      load: (saved: { optimiser: optim.LoadableState; schedule: ReturnType<Schedule["stateDict"]> }) => {
        optimiser.loadStateDict(saved.optimiser);
        schedule.loadStateDict(saved.schedule);
      },
      step: () => {
        schedule.step();
        return optimiser.paramGroups.map(({ lr, momentum }) => [lr, momentum]);
      },
    };
  });
}

statefulContract("ReduceLROnPlateau", () => {
  const optimiser = own(new optim.SGD([tensor([0]).requiresGrad_()], { lr: 0.1 }));
  const schedule = new lrScheduler.ReduceLROnPlateau(optimiser, { patience: 1, cooldown: 1, factor: 0.5 });
  return {
    save: () => ({ optimiser: optimiser.stateDict(), schedule: schedule.stateDict() }),
    load: (saved: { optimiser: optim.LoadableState; schedule: ReturnType<typeof schedule.stateDict> }) => {
      optimiser.loadStateDict(saved.optimiser);
      schedule.loadStateDict(saved.schedule);
    },
    // Better in the first epoch only, so that bad epochs and the cooldown are under way whenever it is saved.
    step: () => {
      schedule.step(schedule.lastEpoch === 0 ? 1 : 2);
      return schedule.getLastLr();
    },
  };
});

statefulContract("GradScaler", () => {
  const w = tensor([1, 2]).requiresGrad_();
  const optimiser = own(new optim.SGD([w], { lr: 0 }));
  const scaler = own(new amp.GradScaler({ growthInterval: 2 }));
  let steps = 0;
  return {
    save: () => ({ scaler: scaler.stateDict(), steps }),
    load: (saved: { scaler: amp.GradScalerState; steps: number }) => {
      scaler.loadStateDict(saved.scaler);
      steps = saved.steps;
    },
    // Every third gradient is infinite: the scale goes down, and the count of good steps starts anew.
    step: () => {
      steps += 1;
      optimiser.zeroGrad();
      scaler.scale(w.mul(steps % 3 === 0 ? Number.POSITIVE_INFINITY : 1).sum()).backward();
      scaler.step(optimiser);
      scaler.update();
      return scaler.getScale();
    },
  };
});
