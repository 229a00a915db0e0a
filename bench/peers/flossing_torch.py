"""PyTorch's side of `npm run bench -- flossing`: reads a request a line, answers with milliseconds for one repetition."""
import json
import math
import sys

import torch
from clock import now
from torch import nn

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)
torch.set_flush_denormal(True)
F = nn.functional
UNITS, EXPONENTS, FLOSS_STEPS, SKIP, BATCH, STEPS, DELAY = 80, 75, 55, 16, 16, 300, 20


def bits(*shape):
    return torch.randint(0, 2, shape).float()


def vanilla(units):
    return [
        (torch.randn(units, units) / math.sqrt(units)).requires_grad_(),
        torch.randn(units, 1).requires_grad_(),
        (0.1 * torch.rand(units, 1)).requires_grad_(),
    ]


def loss_of(logs, steps=FLOSS_STEPS):
    return ((logs / (steps - SKIP)) ** 2).mean()


def floss(units=UNITS, k=EXPONENTS, steps=FLOSS_STEPS):
    J, w, b = vanilla(units)
    x0, Q0 = torch.randn(units, 1), torch.linalg.qr(torch.randn(units, k))[0]
    adam = torch.optim.Adam([J, w, b], 1e-3)

    def step():
        s = bits(steps)
        x, Q, logs = x0, Q0, 0.0
        for t in range(steps):
            x = J @ torch.tanh(x) + b + w * s[t]
            Q, R = torch.linalg.qr((1 - torch.tanh(x) ** 2) * (J @ Q))
            if t >= SKIP:
                logs = logs + torch.log(R.diagonal().abs())
        loss = loss_of(logs, steps)
        adam.zero_grad()
        loss.backward()
        adam.step()

    return repeated(step, 3)


def floss_gru():
    cell = nn.GRUCell(1, UNITS)
    h0, Q0 = torch.randn(UNITS), torch.linalg.qr(torch.randn(UNITS, EXPONENTS))[0]
    adam = torch.optim.Adam(cell.parameters(), 1e-3)

    def step():
        s = bits(FLOSS_STEPS, 1)
        h, Q, logs = h0, Q0, 0.0
        outside = F.linear(s, cell.weight_ih, cell.bias_ih)
        Ur, Uz, Un = cell.weight_hh.chunk(3)
        for t in range(FLOSS_STEPS):
            dr, dz, dn = outside[t].chunk(3)
            ur, uz, un = F.linear(h, cell.weight_hh, cell.bias_hh).chunk(3)
            r, z = torch.sigmoid(dr + ur), torch.sigmoid(dz + uz)
            n = torch.tanh(dn + r * un)
            inside = (1 - z) * (1 - n * n)
            D = (
                torch.diag(z)
                + ((h - n) * z * (1 - z))[:, None] * Uz
                + (inside * r)[:, None] * Un
                + (inside * un * r * (1 - r))[:, None] * Ur
            )
            h = (1 - z) * n + z * h
            Q, R = torch.linalg.qr(D @ Q)
            if t >= SKIP:
                logs = logs + torch.log(R.diagonal().abs())
        loss = loss_of(logs)
        adam.zero_grad()
        loss.backward()
        adam.step()

    return repeated(step, 3)


def batch(sequences=BATCH, steps=STEPS):
    s = bits(steps, sequences)
    return s, (s[DELAY // 2 : steps - DELAY // 2] - s[: steps - DELAY]).abs()


def task(units=UNITS, sequences=BATCH, steps=STEPS):
    J, w, b = vanilla(units)
    wr, off = torch.randn(1, units).requires_grad_(), torch.zeros(1).requires_grad_()
    x0 = torch.randn(units, sequences).requires_grad_()
    adam = torch.optim.Adam([J, w, b, wr, off, x0], 1e-3)

    def step():
        s, y = batch(sequences, steps)
        x, states = x0, []
        drive = (w * s.unsqueeze(1) + b).unbind(0)
        for d in drive:
            x = J @ torch.tanh(x) + d
            states.append(x)
        r = (wr @ torch.stack(states)).squeeze(1) + off
        loss = F.binary_cross_entropy_with_logits(r[DELAY:], y)
        adam.zero_grad()
        loss.backward()
        adam.step()

    return repeated(step, 3)


def task_lstm():
    net, readout = nn.LSTM(1, UNITS), nn.Linear(UNITS, 1)
    start = [torch.randn(1, BATCH, UNITS).requires_grad_() for _ in range(2)]
    adam = torch.optim.Adam([*net.parameters(), *readout.parameters(), *start], 1e-3)

    def step():
        s, y = batch()
        h, _ = net(s.unsqueeze(-1), tuple(start))
        loss = F.binary_cross_entropy_with_logits(readout(h[DELAY:]).squeeze(-1), y)
        adam.zero_grad()
        loss.backward()
        adam.step()

    return repeated(step, 3)


def spectrum():
    n, steps = 512, 100
    W, w, b = 1.5 * torch.randn(n, n) / math.sqrt(n), torch.randn(n), 0.1 * torch.rand(n)
    s, h0 = torch.randn(steps), torch.randn(n)
    frame = [torch.linalg.qr(torch.randn(n, n))[0]]

    def run():
        with torch.no_grad():
            h, Q, logs = h0, frame[0], torch.zeros(n)
            for t in range(steps):
                h = torch.tanh(W @ h + w * s[t] + b)
                Q, R = torch.linalg.qr((1 - h * h)[:, None] * (W @ Q))
                logs += R.diagonal().abs().log()
            frame[0] = Q

    return run, 1


def repeated(step, repeats):
    def run():
        for _ in range(repeats):
            step()

    return run, repeats


CASES = {"floss": floss, "task": task, "spectrum": spectrum, "floss-gru": floss_gru, "task-lstm": task_lstm}


def case_of(name):
    """`floss:N,k,T` and `task:N,B,T` are points of the cost curves."""
    kind, _, sizes = name.partition(":")
    return CASES[kind](*map(int, sizes.split(","))) if sizes else CASES[kind]()


ready = {}
for line in sys.stdin:
    name = json.loads(line)["case"]
    if name not in ready:
        ready[name] = case_of(name)
    run, repeats = ready[name]
    start = now()
    run()
    print(json.dumps({"ms": (now() - start) * 1e3 / repeats}), flush=True)
