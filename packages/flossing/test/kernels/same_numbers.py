"""Runs the operators of the library named on the command line as python.test.ts does, and prints the numbers as JSON."""
import json
import sys

import torch

torch.ops.load_library(sys.argv[1])
ops = torch.ops.flossing


def wave(shape, frequency):
    count = torch.Size(shape).numel()
    return torch.sin(torch.arange(count, dtype=torch.float64) * frequency).view(shape)


weight_hh = wave([1, 6, 6], 0.3).requires_grad_()
states = ops.recurrent_scan(
    "post", wave([10, 1, 3, 2], 0.9), wave([1, 6, 2], 0.7), weight_hh, wave([1, 6], 1.1), None, wave([1, 3, 6], 0.5)
)
logs, _ = ops.tangent_scan("gated", weight_hh, 1 - states.square(), None, None, wave([1, 3, 6, 4], 1.7))
(gradient,) = torch.autograd.grad(logs.square().mean(), [weight_hh])
print(json.dumps([x for t in (states, logs, gradient) for x in t.detach().flatten().tolist()]))
