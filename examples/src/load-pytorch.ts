// Reads a checkpoint that PyTorch wrote, without running anything in it, and goes on training where it stopped.
import { fileURLToPath } from "node:url";
import { io, manualSeed, nn, optim, randn, scope, Tensor } from "@throughline/torch";
import { reportFall } from "./shared/fall.js";
import { readOptions } from "./shared/options.js";

// torch.save({"epoch": 3, "state_dict": model.state_dict(), "optimizer": optimizer.state_dict()}, …) for
// model = Sequential(Linear(3, 2), BatchNorm1d(2)) and optimizer = Adam(model.parameters(), lr=0.01)
const sample = new URL("../../packages/torch/test/io/fixtures/nested.pt", import.meta.url);
const { smoke, files } = readOptions([], 1);
const path = files[0] ?? fileURLToPath(sample);

scope(() => {
  console.log(`${path} holds:`);
  print(io.loadPt(path), "  ");
});
if (files.length === 0) goOn();

/** Writes the tree that a checkpoint is. */
function print(value: unknown, indent: string): void {
  const entries = value instanceof Map ? [...value] : Object.entries(value as object);
  for (const [key, item] of entries) {
    if (item instanceof Tensor) console.log(`${indent}${key}: ${item.dtype} [${item.shape.join(", ")}]`);
    else if (typeof item !== "object" || item === null) console.log(`${indent}${key}: ${item}`);
    else {
      console.log(`${indent}${key}`);
      print(item, `${indent}  `);
    }
  }
}

function goOn(): void {
  const model = new nn.Sequential(new nn.Linear(3, 2), new nn.BatchNorm1d(2));
  using optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
  scope(() => {
    model.loadStateDict(io.loadPtStateDict(path), { source: path });
    const checkpoint = io.loadPt(path) as unknown as { optimizer: optim.LoadableState };
    optimizer.loadStateDict(checkpoint.optimizer);
  });
  console.log(`loaded into ${model}`);

  manualSeed(0);
  const losses: number[] = [];
  scope(() => {
    const x = randn([64, 3]);
    const y = x.narrow(1, 0, 2).sub(x.narrow(1, 1, 2));
    for (let step = 0; step < (smoke ? 100 : 500); step++) {
      const loss = scope(() => {
        const loss = nn.functional.mseLoss(model.forward(x), y);
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return loss.item();
      });
      losses.push(loss);
    }
  });
  reportFall(losses);
}
