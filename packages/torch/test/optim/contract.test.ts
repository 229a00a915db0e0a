// Optimisers and the gradient scaler keep the contract of what a checkpoint holds.
import { statefulContract } from "@throughline/testing/contracts/stateful";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { amp, noGrad, optim, type Tensor, tensor } from "@throughline/torch";

checkLeaks();

const optimisers = {
  SGD: (w: Tensor) => new optim.SGD([w], { lr: 0.1, momentum: 0.9, weightDecay: 0.01 }),
  Adam: (w: Tensor) => new optim.Adam([w], { lr: 0.1, amsgrad: true }),
  AdamW: (w: Tensor) => new optim.AdamW([w], { lr: 0.1 }),
  RMSprop: (w: Tensor) => new optim.RMSprop([w], { lr: 0.1, momentum: 0.5, centered: true }),
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
