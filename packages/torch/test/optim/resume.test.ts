// A run that PyTorch saved goes on here as it did there.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { amp, io, optim, scope, type Tensor } from "@throughline/torch";
import { expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";

checkLeaks();

const folder = join(import.meta.dirname, "fixtures");
const { lrScheduler } = optim;

test("optimiser, schedule and scaler read PyTorch's checkpoint and follow its run", () => {
  scope(() => {
    const saved = io.loadPt(join(folder, "middle.pt")) as unknown as {
      optimizer: optim.LoadableState;
      schedule: optim.lrScheduler.SchedulerState;
      scaler: amp.GradScalerState;
      params: Tensor[];
      grads: Tensor[][];
    };
    const end = io.loadPt(join(folder, "end.pt")) as unknown as { params: Tensor[]; lr: number[] };
    const params = saved.params.map((param) => param.requiresGrad_());
    using optimizer = new optim.AdamW(params.map((param) => ({ params: param })));
    const schedule = new lrScheduler.SequentialLR(
      optimizer,
      [new lrScheduler.LinearLR(optimizer), new lrScheduler.MultiStepLR(optimizer, [])],
      [99],
    );
    const scaler = new amp.GradScaler();
    optimizer.loadStateDict(saved.optimizer);
    schedule.loadStateDict(saved.schedule);
    scaler.loadStateDict(saved.scaler);
    expect(scaler.getScale()).toBe(8);
    for (const gradients of saved.grads) {
      params.forEach((param, i) => {
        param.grad = gradients[i]!;
      });
      optimizer.step();
      schedule.step();
    }
    expect(schedule.getLastLr()).toEqual(end.lr);
    params.forEach((param, i) => {
      expect(param).toBeClose(end.params[i]!);
    });
  });
});

test("the files are those the recipe made", () => {
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  for (const [name, hash] of Object.entries(manifest.files)) {
    expect(
      createHash("sha256")
        .update(readFileSync(join(folder, name)))
        .digest("hex"),
      name,
    ).toBe(hash);
  }
});
