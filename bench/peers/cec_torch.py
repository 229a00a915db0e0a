"""PyTorch's side of `npm run bench -- cec`: the policy of CEC as it is usually written. Convolutions channels last; attention as products
over all of cache and chunk with what is outside of the band masked; the relative bias as a product with the table, moved to its columns by
padding, as fast a way as we know. The second argument is `eager` or `compile`."""
import json
import resource
import sys

import torch
from clock import now
from torch import nn

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)
F = nn.functional
COMPILES = sys.argv[2] == "compile"
ACTIONS, CURVES = 15, 10
SIZES = {
    "paper": dict(height=72, width=96, channels=(16, 32, 32), features=256, stream=256, layers=4, heads=8, window=500),
    "laptop": dict(height=24, width=32, channels=(8, 16, 16), features=128, stream=128, layers=3, heads=4, window=128),
}


def banded_attention(q, k, v, r, table, valid):
    """q [B, T, E], k and v [B, W + T, E], r [B, T, heads, N], table [N, W], valid [B, W]."""
    batch, steps, width = q.shape
    heads, window = r.shape[2], table.shape[1]
    q, k, v = (x.unflatten(2, (heads, -1)).transpose(1, 2) for x in (q, k, v))
    bias = F.pad(r.transpose(1, 2) @ table.flip(1), (1, steps)).flatten(2)
    bias = bias[:, :, : steps * (window + steps)].unflatten(2, (steps, window + steps))
    logits = (q / q.shape[3]) @ k.transpose(2, 3) + bias
    row, column = torch.arange(steps).unsqueeze(1), torch.arange(window + steps)
    seen = (column > row) & (column <= row + window)
    there = torch.cat([valid, valid.new_ones(batch, steps)], 1)
    logits = logits.masked_fill(~(seen & there[:, None, None]), float("-inf"))
    return (logits.softmax(-1) @ v).transpose(1, 2).flatten(2)


class Stack(nn.Module):
    def __init__(self, inputs, channels):
        super().__init__()
        self.first, self.conv0, self.conv1 = (
            nn.Conv2d(n, channels, 3, padding=1) for n in (inputs, channels, channels)
        )

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.first(x)), 3, 2, 1)
        return x + F.relu(self.conv1(F.relu(self.conv0(x))))


class Block(nn.Module):
    def __init__(self, width, heads, window):
        super().__init__()
        self.heads = heads
        self.pre, self.norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.q, self.out = nn.Linear(width, width), nn.Linear(width, width)
        self.k, self.v = nn.Linear(width, width, bias=False), nn.Linear(width, width, bias=False)
        self.r = nn.Linear(width, CURVES * heads)
        self.table = nn.Parameter(torch.randn(CURVES, window) * 0.2)
        self.mlp_norm, self.hidden = nn.LayerNorm(width), nn.Linear(width, 4 * width, bias=False)
        self.mlp_out = nn.Linear(4 * width, width)

    def forward(self, x, cache, valid):
        x = self.pre(x)
        y = self.norm(x)
        k, v = (torch.cat([old, layer(y)], 1) for old, layer in zip(cache, (self.k, self.v)))
        r = self.r(y).unflatten(2, (self.heads, CURVES))
        x = x + self.out(banded_attention(self.q(y), k, v, r, self.table, valid))
        x = x + F.relu(self.mlp_out(F.relu(self.hidden(self.mlp_norm(x)))))
        steps = y.shape[1]
        return x, (k[:, steps:], v[:, steps:])


class Policy(nn.Module):
    def __init__(self, height, width, channels, features, stream, layers, heads, window):
        super().__init__()
        self.window, self.stream = window, stream
        self.stacks = nn.Sequential(*(Stack(a, b) for a, b in zip((3, *channels), channels)))
        flat = -(-height // 8) * -(-width // 8) * channels[-1]
        self.dense, self.linear = nn.Linear(flat, features), nn.Linear(features, features)
        self.action = nn.Embedding(ACTIONS, 32)
        self.token = nn.Linear(32 + features, stream)
        self.blocks = nn.ModuleList(Block(stream, heads, window) for _ in range(layers))
        self.post_norm, self.post = nn.LayerNorm(stream), nn.Linear(stream, stream)
        self.final = nn.LayerNorm(stream)
        self.head = nn.Sequential(
            nn.Linear(stream, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, ACTIONS)
        )

    def start(self, batch):
        cache = [(torch.zeros(batch, self.window, self.stream),) * 2 for _ in self.blocks]
        return torch.zeros(batch, self.window, dtype=torch.bool), cache

    def forward(self, pictures, actions, valid, caches):
        batch, steps = pictures.shape[:2]
        x = self.stacks(pictures.flatten(0, 1).permute(0, 3, 1, 2).float() / 255)
        x = F.relu(self.linear(F.relu(self.dense(x.flatten(1))))).view(batch, steps, -1)
        x = F.relu(self.token(torch.cat([self.action(actions), x], -1)))
        after = []
        for block, cache in zip(self.blocks, caches):
            x, cache = block(x, cache, valid)
            after.append(cache)
        x = F.relu(self.post(self.post_norm(F.relu(x))))
        valid = torch.cat([valid, valid.new_ones(batch, steps)], 1)[:, steps:]
        return self.head(self.final(x)), valid, after


def policy_of(which):
    policy = Policy(**SIZES[which]).to(memory_format=torch.channels_last)
    return policy, torch.compile(policy, dynamic=False) if COMPILES else policy


def batch_of(which, batch, steps):
    height, width = SIZES[which]["height"], SIZES[which]["width"]
    return torch.randint(0, 256, (batch, steps, height, width, 3), dtype=torch.uint8), torch.randint(
        0, ACTIONS, (batch, steps)
    )


def attention(which, batch):
    width, heads, window = (SIZES[which][key] for key in ("stream", "heads", "window"))
    leaves = [torch.randn(batch, steps, width, requires_grad=True) for steps in (window, 2 * window, 2 * window)]
    leaves += [torch.randn(batch, window, heads, CURVES, requires_grad=True), torch.randn(CURVES, window, requires_grad=True)]
    valid, weights = torch.ones(batch, window, dtype=torch.bool), torch.randn(batch, window, width)
    attend = torch.compile(banded_attention, dynamic=False) if COMPILES else banded_attention

    def run():
        for leaf in leaves:
            leaf.grad = None
        (attend(*leaves, valid) * weights).sum().backward()

    return run, 1


def training(which, batch, chunks=2, cut=False):
    policy, called = policy_of(which)
    window = policy.window
    pictures, actions = batch_of(which, batch, chunks * window)
    adam = torch.optim.AdamW(policy.parameters(), 5e-4, weight_decay=0)

    def run():
        adam.zero_grad()
        (valid, caches), total, number = policy.start(batch), 0, 0
        for at in range(0, chunks * window, window):
            own = actions[:, at : at + window]
            logits, valid, caches = called(pictures[:, at : at + window], own, valid, caches)
            loss = F.cross_entropy(logits.flatten(0, 1), own.flatten()) / chunks
            number += loss.item()
            if cut:
                loss.backward()
                caches = [(k.detach(), v.detach()) for k, v in caches]
            else:
                total = total + loss
        if not cut:
            total.backward()
        nn.utils.clip_grad_norm_(policy.parameters(), 0.5)
        adam.step()

    return run, 1


def rollout(which, lanes):
    policy, called = policy_of(which)
    policy.eval()
    pictures, actions = batch_of(which, lanes, 1)
    state = policy.start(lanes)

    def decide():
        nonlocal state
        with torch.no_grad():
            logits, *state = called(pictures, actions, *state)
            logits.argmax(-1).tolist()

    for _ in range(policy.window):
        decide()

    def run():
        for _ in range(200):
            decide()

    return run, 200 * lanes


def memory():
    def peak():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

    before = peak()
    training("paper", 1, 4, True)[0]()
    cut = peak()
    training("paper", 1, 4)[0]()
    name = "torch.compile" if COMPILES else "PyTorch"
    text = f"{name}: {before} MB before, {cut} MB with chunks that are cut, {peak()} MB with the gradient through the cache"
    return {"ok": True, "text": text}


KINDS = {"attention": attention, "train": training, "rollout": rollout}
ready = {}
for line in sys.stdin:
    name = json.loads(line).get("case")
    if name is None:
        print(json.dumps(memory()), flush=True)
        continue
    if name not in ready:
        kind, which, batch = name.split(",")
        ready[name] = KINDS[kind](which, int(batch))
    run, repeats = ready[name]
    start = now()
    run()
    print(json.dumps({"ms": 1e3 * (now() - start) / repeats}), flush=True)
