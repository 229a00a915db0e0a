// Our side of `npm run bench -- torch`: the same work as peers/torch_engine.py, through the public API only.
import * as torch from "@throughline/torch";
import { liveTensors, nn, optim, scope, type Tensor } from "@throughline/torch";
import { now } from "./clock.js";
import { there } from "./device.js";
import { serve } from "./serve.js";

torch.setNumThreads(Number(process.argv[2] ?? 1));
torch.manualSeed(0);

interface Case {
  readonly repeats: number;
  run(): void;
}

function tiny(): Case {
  const x = there(torch.randn([2, 2]));
  return {
    repeats: 20000,
    run() {
      for (let block = 0; block < 20; block++) {
        scope(() => {
          for (let i = 0; i < 1000; i++) x.tanh();
        });
      }
    },
  };
}

function step(): Case {
  const h = there(torch.randn([16, 80]));
  const w = there(torch.randn([80, 80]).div(9));
  return {
    repeats: 5000,
    run() {
      for (let block = 0; block < 50; block++) {
        scope(() => {
          for (let i = 0; i < 100; i++) h.matmul(w).tanh();
        });
      }
    },
  };
}

function unroll(): Case {
  const h0 = there(torch.randn([16, 80]));
  const w = there(torch.randn([80, 80]).div(9)).requiresGrad_();
  return {
    repeats: 5,
    run() {
      for (let repeat = 0; repeat < 5; repeat++) {
        scope(() => {
          let h = h0;
          for (let t = 0; t < 300; t++) h = h.matmul(w).tanh();
          h.sum().backward();
          w.grad = null;
        });
      }
    },
  };
}

function trainer(optimizer: optim.Optimizer, repeats: number, loss: () => Tensor): Case {
  return {
    repeats,
    run() {
      for (let i = 0; i < repeats; i++) {
        scope(() => {
          optimizer.zeroGrad();
          loss().backward();
          optimizer.step();
        });
      }
    },
  };
}

function mlp(): Case {
  const model = there(
    new nn.Sequential(
      new nn.Linear(784, 512),
      new nn.ReLU(),
      new nn.Linear(512, 512),
      new nn.ReLU(),
      new nn.Linear(512, 10),
    ),
  );
  const x = there(torch.randn([128, 784]));
  const y = there(torch.randint(0, 10, [128]));
  return trainer(new optim.Adam(model.parameters(), { lr: 1e-3 }), 20, () =>
    nn.functional.crossEntropy(model.forward(x), y),
  );
}

function convnet(): Case {
  const model = there(
    new nn.Sequential(
      new nn.Conv2d(1, 32, 3, { padding: 1 }),
      new nn.ReLU(),
      new nn.MaxPool2d(2),
      new nn.Conv2d(32, 64, 3, { padding: 1 }),
      new nn.ReLU(),
      new nn.MaxPool2d(2),
      new nn.Flatten(),
      new nn.Linear(3136, 128),
      new nn.ReLU(),
      new nn.Linear(128, 10),
    ),
  );
  const x = there(torch.randn([64, 1, 28, 28]));
  const y = there(torch.randint(0, 10, [64]));
  return trainer(new optim.SGD(model.parameters(), { lr: 0.01, momentum: 0.9 }), 5, () =>
    nn.functional.crossEntropy(model.forward(x), y),
  );
}

function gru(): Case {
  const cell = there(new nn.GRU(32, 128));
  const readout = there(new nn.Linear(128, 8));
  const x = there(torch.randn([300, 16, 32]));
  const y = there(torch.randn([300, 16, 8]));
  const parameters = [...cell.parameters(), ...readout.parameters()];
  return trainer(new optim.Adam(parameters, { lr: 1e-3 }), 2, () =>
    nn.functional.mseLoss(readout.forward(cell.forward(x)[0]), y),
  );
}

function transformer(): Case {
  const model = there(
    new nn.TransformerEncoderLayer(256, 8, { dimFeedforward: 1024, dropout: 0.1, batchFirst: true }),
  );
  const x = there(torch.randn([8, 128, 256]));
  const y = there(torch.randn([8, 128, 256]));
  return trainer(new optim.AdamW(model.parameters(), { lr: 1e-3 }), 3, () =>
    nn.functional.mseLoss(model.forward(x), y),
  );
}

/** 10,000 training steps must leave the number of live tensors as it was and the resident set within 5 %. */
function memory(): { ok: boolean; text: string } {
  const model = there(new nn.Sequential(new nn.Linear(64, 64), new nn.Tanh(), new nn.Linear(64, 64)));
  const x = there(torch.randn([32, 64]));
  const { run } = trainer(new optim.Adam(model.parameters(), { lr: 1e-3 }), 1, () =>
    model.forward(x).square().mean(),
  );
  const collect = () => (globalThis as { gc?: () => void }).gc?.();
  for (let i = 0; i < 12_000; i++) run(); // until V8's young generation has its full size
  collect();
  const before = { live: liveTensors(), rss: process.memoryUsage.rss() };
  for (let i = 0; i < 10_000; i++) run();
  collect();
  const after = { live: liveTensors(), rss: process.memoryUsage.rss() };
  const growth = after.rss / before.rss - 1;
  const ok = after.live === before.live && growth < 0.05;
  const text = `10,000 training steps: live tensors ${before.live} → ${after.live}, resident set ${megabytes(before.rss)} → ${megabytes(after.rss)} MB (${(100 * growth).toFixed(1)} %): ${ok ? "flat" : "NOT FLAT"}`;
  return { ok, text };
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

const cases: Record<string, () => Case> = { tiny, step, unroll, mlp, convnet, gru, transformer };
const ready = new Map<string, Case>();

function sample(name: string): { ms: number } {
  const entry = ready.get(name) ?? cases[name]!();
  ready.set(name, entry);
  const start = now();
  entry.run();
  return { ms: (now() - start) / entry.repeats };
}

await serve((request) => (request.case === undefined ? memory() : sample(request.case)));
