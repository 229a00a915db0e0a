"""Eager PyTorch's side of `npm run bench -- ocra`: the slot autoencoder and OCRA's reasoning module as they are usually written."""
import json
import sys

import torch
from clock import now
from torch import nn

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)
F = nn.functional

SIZE, BATCH, CANDIDATES = 64, 16, 2
SLOTS, DIM, DEPTH, HEADS, HEAD_DIM, MLP, DROPOUT = 6, 64, 6, 8, 64, 512, 0.1


def coordinates(size):
    line = torch.linspace(0, 1, size)
    row, column = torch.meshgrid(line, line, indexing="ij")
    return torch.stack([row, column, 1 - row, 1 - column], -1)


class SlotAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.mu, self.sigma = nn.Parameter(torch.randn(1, 1, DIM)), nn.Parameter(torch.randn(1, 1, DIM).abs())
        self.norm_input, self.norm_slots, self.norm_hidden = (nn.LayerNorm(DIM) for _ in range(3))
        self.q, self.k, self.v = (nn.Linear(DIM, DIM) for _ in range(3))
        self.gru = nn.GRUCell(DIM, DIM)
        self.mlp = nn.Sequential(nn.Linear(DIM, DIM), nn.ReLU(), nn.Linear(DIM, DIM))

    def forward(self, inputs, features, positions):
        batch = len(inputs)
        x = self.norm_input(inputs)
        k, v = self.k(x), self.v(x)
        slots = torch.normal(self.mu.expand(batch, SLOTS, -1), self.sigma.expand(batch, SLOTS, -1))
        for _ in range(3):
            attention = (self.q(self.norm_slots(slots)) @ k.transpose(1, 2) * DIM**-0.5).softmax(1) + 1e-8
            attention = attention / attention.sum(-1, keepdim=True)
            slots = self.gru((attention @ v).view(-1, DIM), slots.reshape(-1, DIM)).view(batch, SLOTS, DIM)
            slots = slots + self.mlp(self.norm_hidden(slots))
        return slots, attention @ features, attention @ positions


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        layers = [nn.Conv2d(1, DIM, 5, padding=2), nn.ReLU()]
        for _ in range(3):
            layers += [nn.Conv2d(DIM, DIM, 5, padding=2), nn.ReLU()]
        self.encoder = nn.Sequential(*layers)
        self.encoder_pos, self.decoder_pos = nn.Linear(4, DIM), nn.Linear(4, DIM)
        self.mlp = nn.Sequential(nn.Linear(DIM, DIM), nn.ReLU(), nn.Linear(DIM, DIM))
        self.attention = SlotAttention()
        layers = []
        for _ in range(5):
            layers += [nn.ConvTranspose2d(DIM, DIM, 5, padding=2), nn.ReLU()]
        self.decoder = nn.Sequential(*layers, nn.ConvTranspose2d(DIM, 2, 3, padding=1))
        self.register_buffer("grid", coordinates(SIZE).unsqueeze(0))

    def encode(self, images):
        batch = len(images)
        features = self.encoder(images).permute(0, 2, 3, 1)
        positions = self.encoder_pos(self.grid).expand(batch, -1, -1, -1)
        x = (features + positions).reshape(batch, -1, DIM)
        x = self.mlp(F.layer_norm(x, x.shape[1:]))
        return self.attention(x, features.reshape(batch, -1, DIM), positions.reshape(batch, -1, DIM))

    def forward(self, images):
        batch = len(images)
        slots, _, _ = self.encode(images)
        x = slots.reshape(-1, 1, 1, DIM).expand(-1, SIZE, SIZE, -1) + self.decoder_pos(self.grid)
        drawn = self.decoder(x.permute(0, 3, 1, 2)).view(batch, SLOTS, 2, SIZE, SIZE)
        images, masks = drawn.split([1, 1], 2)
        return (images * masks.softmax(1)).sum(1)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        inner = HEADS * HEAD_DIM
        self.norm1, self.norm2 = nn.LayerNorm(DIM), nn.LayerNorm(DIM)
        self.qkv = nn.Linear(DIM, 3 * inner, bias=False)
        self.out = nn.Sequential(nn.Linear(inner, DIM), nn.Dropout(DROPOUT))
        self.drop = nn.Dropout(DROPOUT)
        self.mlp = nn.Sequential(
            nn.Linear(DIM, MLP), nn.GELU(), nn.Dropout(DROPOUT), nn.Linear(MLP, DIM), nn.Dropout(DROPOUT)
        )

    def forward(self, x):
        batch, count, _ = x.shape
        q, k, v = (t.view(batch, count, HEADS, HEAD_DIM).transpose(1, 2) for t in self.qkv(self.norm1(x)).chunk(3, -1))
        weights = self.drop((q @ k.transpose(-1, -2) * HEAD_DIM**-0.5).softmax(-1))
        x = x + self.out((weights @ v).transpose(1, 2).reshape(batch, count, -1))
        return x + self.mlp(self.norm2(x))


class Reasoner(nn.Module):
    def __init__(self):
        super().__init__()
        self.gamma, self.beta = nn.Parameter(torch.ones(DIM)), nn.Parameter(torch.zeros(DIM))
        self.features, self.positions, self.relation = nn.Linear(DIM, DIM), nn.Linear(DIM, DIM), nn.Linear(1, DIM)
        self.cls = nn.Parameter(torch.randn(1, 1, DIM))
        self.blocks = nn.Sequential(*[Block() for _ in range(DEPTH)])
        self.head = nn.Linear(DIM, 1)
        self.register_buffer("pairs", torch.triu_indices(SLOTS, SLOTS))

    def norm(self, x):
        return (x - x.mean(1, keepdim=True)) / (x.var(1, keepdim=True) + 1e-8).sqrt() * self.gamma + self.beta

    def forward(self, z, m):
        z, m = self.features(self.norm(z)), self.positions(self.norm(m))
        i, j = self.pairs
        relations = (z @ z.transpose(1, 2)).softmax(-1)[:, i, j]
        tokens = self.relation(relations.unsqueeze(-1)) + m[:, i] + m[:, j]
        x = torch.cat([self.cls.expand(len(z), -1, -1), tokens], 1)
        return self.head(self.blocks(x)[:, 0]).squeeze(-1)


model = Autoencoder()


def pretrain():
    adam = torch.optim.Adam(model.parameters(), 8e-5)
    images = torch.rand(BATCH, 1, SIZE, SIZE)

    def run():
        adam.zero_grad()
        F.mse_loss(model(images), images).backward()
        adam.step()

    return run, 1


def task():
    reasoner = Reasoner()
    adam = torch.optim.Adam(reasoner.parameters(), 8e-5)
    candidates = torch.rand(BATCH * CANDIDATES, 1, SIZE, SIZE)
    target = torch.randint(0, CANDIDATES, (BATCH,))

    def run():
        for _ in range(2):
            with torch.no_grad():
                _, z, m = model.encode(candidates)
            adam.zero_grad()
            F.cross_entropy(reasoner(z, m).view(BATCH, CANDIDATES), target).backward()
            adam.step()

    return run, 2


cases, ready = {f.__name__: f for f in (pretrain, task)}, {}
for line in sys.stdin:
    name = json.loads(line)["case"]
    if name not in ready:
        ready[name] = cases[name]()
    run, repeats = ready[name]
    start = now()
    run()
    print(json.dumps({"ms": 1e3 * (now() - start) / repeats}), flush=True)
