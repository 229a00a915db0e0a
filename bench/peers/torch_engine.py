"""PyTorch's side of `npm run bench -- torch`: reads a request a line, answers with milliseconds for one repetition."""
import json
import sys

import torch
from clock import now
from torch import nn

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)
F = nn.functional


def tiny():
    x = torch.randn(2, 2)

    def run():
        for _ in range(20000):
            torch.tanh(x)

    return run, 20000


def step():
    h, w = torch.randn(16, 80), torch.randn(80, 80) / 9

    def run():
        for _ in range(5000):
            torch.tanh(h @ w)

    return run, 5000


def unroll():
    h0, w = torch.randn(16, 80), (torch.randn(80, 80) / 9).requires_grad_()

    def run():
        for _ in range(5):
            h = h0
            for _ in range(300):
                h = torch.tanh(h @ w)
            h.sum().backward()
            w.grad = None

    return run, 5


def trainer(model, optimizer, batch, loss_of, repeats):
    def run():
        for _ in range(repeats):
            optimizer.zero_grad()
            loss_of(model, *batch).backward()
            optimizer.step()

    return run, repeats


def mlp():
    model = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
    batch = torch.randn(128, 784), torch.randint(0, 10, (128,))
    return trainer(model, torch.optim.Adam(model.parameters(), 1e-3), batch, lambda m, x, y: F.cross_entropy(m(x), y), 20)


def convnet():
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(3136, 128), nn.ReLU(), nn.Linear(128, 10),
    )
    batch = torch.randn(64, 1, 28, 28), torch.randint(0, 10, (64,))
    return trainer(model, torch.optim.SGD(model.parameters(), 0.01, momentum=0.9), batch, lambda m, x, y: F.cross_entropy(m(x), y), 5)


def gru():
    model = nn.ModuleList([nn.GRU(32, 128), nn.Linear(128, 8)])
    batch = torch.randn(300, 16, 32), torch.randn(300, 16, 8)
    return trainer(model, torch.optim.Adam(model.parameters(), 1e-3), batch, lambda m, x, y: F.mse_loss(m[1](m[0](x)[0]), y), 2)


def transformer():
    model = nn.TransformerEncoderLayer(256, 8, 1024, dropout=0.1, batch_first=True)
    batch = torch.randn(8, 128, 256), torch.randn(8, 128, 256)
    return trainer(model, torch.optim.AdamW(model.parameters(), 1e-3), batch, lambda m, x, y: F.mse_loss(m(x), y), 3)


cases, ready = {f.__name__: f for f in (tiny, step, unroll, mlp, convnet, gru, transformer)}, {}
for line in sys.stdin:
    name = json.loads(line)["case"]
    if name not in ready:
        ready[name] = cases[name]()
    run, repeats = ready[name]
    start = now()
    run()
    print(json.dumps({"ms": 1e3 * (now() - start) / repeats}), flush=True)
