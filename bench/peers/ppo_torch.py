"""Eager PyTorch's side of `npm run bench -- envs`: an update of recurrent PPO with the shapes of cec/source, as it is usually written:
convolutions channels last, an LSTMCell step by step with resets, rollout without gradients, minibatches of whole windows, Adam.
Its environment costs nothing: pictures and rewards are made before."""
import json
import sys

import torch
from clock import now
from torch import nn
from torch.distributions import Categorical

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)
F = nn.functional

LANES, STEPS, WINDOW, EPOCHS, MINIBATCHES = 16, 128, 16, 4, 8
HEIGHT, WIDTH, CHANNELS, FEATURES, UNITS, ACTIONS = 36, 48, (8, 16, 16), 128, 128, 3
GAMMA, LAMBDA, CLIP, VALUE, ENTROPY, MAX_NORM = 0.99, 0.95, 0.2, 0.5, 0.01, 0.5


class Stack(nn.Module):
    def __init__(self, inputs, channels):
        super().__init__()
        self.first, self.conv0, self.conv1 = (
            nn.Conv2d(n, channels, 3, padding=1) for n in (inputs, channels, channels)
        )

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.first(x)), 3, 2, 1)
        return x + F.relu(self.conv1(F.relu(self.conv0(x))))


class Agent(nn.Module):
    def __init__(self):
        super().__init__()
        self.stacks = nn.Sequential(*(Stack(a, b) for a, b in zip((3, *CHANNELS), CHANNELS)))
        flat = -(-HEIGHT // 8) * -(-WIDTH // 8) * CHANNELS[-1]
        self.dense, self.linear = nn.Linear(flat, FEATURES), nn.Linear(FEATURES, FEATURES)
        self.cell = nn.LSTMCell(FEATURES, UNITS)
        self.policy, self.critic = nn.Linear(UNITS, ACTIONS), nn.Linear(UNITS, 1)

    def forward(self, pictures, state, begins):
        steps, lanes = pictures.shape[:2]
        x = self.stacks(pictures.flatten(0, 1).permute(0, 3, 1, 2).float() / 255)
        x = F.relu(self.linear(F.relu(self.dense(x.flatten(1))))).view(steps, lanes, -1)
        (h, c), outputs = state, []
        for features, begin in zip(x, begins):
            keep = (~begin).unsqueeze(1).float()
            h, c = self.cell(features, (h * keep, c * keep))
            outputs.append(h)
        x = torch.stack(outputs)
        return self.policy(x), self.critic(x).squeeze(-1), (h, c)


agent = Agent().to(memory_format=torch.channels_last)
adam = torch.optim.Adam(agent.parameters(), 5e-4, eps=1e-5)
seen = torch.randint(0, 256, (STEPS + 1, LANES, HEIGHT, WIDTH, 3), dtype=torch.uint8)
starts = torch.rand(STEPS + 1, LANES) < 0.02
rewards = (torch.rand(STEPS, LANES) < 0.02).float()
memory = torch.zeros(LANES, UNITS), torch.zeros(LANES, UNITS)


@torch.no_grad()
def play():
    global memory
    pictures = torch.zeros(STEPS, LANES, HEIGHT, WIDTH, 3, dtype=torch.uint8)
    actions = torch.zeros(STEPS, LANES, dtype=torch.int64)
    logps, values = torch.zeros(STEPS, LANES), torch.zeros(STEPS + 1, LANES)
    states = []
    for step in range(STEPS):
        if step % WINDOW == 0:
            states.append(memory)
        pictures[step] = seen[step]
        logits, value, memory = agent(seen[step].unsqueeze(0), memory, starts[step].unsqueeze(0))
        policy = Categorical(logits=logits.squeeze(0))
        actions[step] = policy.sample()
        logps[step], values[step] = policy.log_prob(actions[step]), value.squeeze(0)
    values[STEPS] = agent(seen[STEPS].unsqueeze(0), memory, starts[STEPS].unsqueeze(0))[1].squeeze(0)
    advantages, last = torch.zeros(STEPS, LANES), torch.zeros(LANES)
    for step in reversed(range(STEPS)):
        goes_on = 1 - starts[step + 1].float()
        delta = rewards[step] + GAMMA * values[step + 1] * goes_on - values[step]
        advantages[step] = last = delta + GAMMA * LAMBDA * goes_on * last
    return pictures, actions, logps, advantages, advantages + values[:-1], starts[:-1], states


def update():
    pictures, actions, logps, advantages, targets, begins, states = play()

    def windows(x):
        return x.view(STEPS // WINDOW, WINDOW, *x.shape[1:]).transpose(0, 1).flatten(1, 2)

    pictures, actions, logps, advantages, targets, begins = map(
        windows, (pictures, actions, logps, advantages, targets, begins)
    )
    h, c = (torch.cat(part) for part in zip(*states))
    for _ in range(EPOCHS):
        for chosen in torch.randperm(len(h)).chunk(MINIBATCHES):
            logits, values, _ = agent(pictures[:, chosen], (h[chosen], c[chosen]), begins[:, chosen])
            policy = Categorical(logits=logits)
            ratio = (policy.log_prob(actions[:, chosen]) - logps[:, chosen]).exp()
            a = advantages[:, chosen]
            a = (a - a.mean()) / (a.std() + 1e-8)
            gain = torch.min(ratio * a, ratio.clamp(1 - CLIP, 1 + CLIP) * a).mean()
            error = 0.5 * (values - targets[:, chosen]).pow(2).mean()
            loss = VALUE * error - gain - ENTROPY * policy.entropy().mean()
            adam.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(agent.parameters(), MAX_NORM)
            adam.step()


for line in sys.stdin:
    json.loads(line)
    start = now()
    update()
    print(json.dumps({"ms": 1e3 * (now() - start) / (STEPS * LANES)}), flush=True)
