"""Writes pytorch-names.json: the public names of PyTorch that docs/coverage.md speaks about.

Run with a Python that has PyTorch 2.13 (a CPU build will do), then generate the page:

    python packages/torch/scripts/pytorch-names.py && npm run format && npm run coverage -w packages/torch

A name is public if it has no leading underscore and the namespace's __all__, where there is one, has it. Left out: data
types, submodules, and in `torch` classes. From Python's protocols there are the operators of a Tensor (those that module
`operator` knows: __add__, __getitem__ ...). An alias is what PyTorch's own documentation calls "Alias for ...".
"""

import inspect
import json
import operator
import re
import types
from pathlib import Path

import torch
import torch.autograd.functional
import torch.distributions
import torch.utils.checkpoint
import torch.utils.data


def public(module):
    names = getattr(module, "__all__", None) or dir(module)
    return sorted({n for n in names if not n.startswith("_") and hasattr(module, n)})


# What torch.nn.functional imports for itself.
HELPERS = re.compile("Optional|assert_int_or_pair|boolean_dispatch|handle_torch_function|has_torch_function.*")


def functions(module, *, classes=False, own=False):
    """Callables of a module; own: only those written in it, which leaves out what it imports for itself."""
    found = []
    for name in public(module):
        value = getattr(module, name)
        if isinstance(value, types.ModuleType) or not callable(value):
            continue
        if (inspect.isclass(value) and not classes) or HELPERS.fullmatch(name):
            continue
        if own and getattr(value, "__module__", None) not in (None, module.__name__):
            continue
        found.append(name)
    return found


def tensor_names():
    operators = {n for n, f in vars(operator).items() if n.startswith("__") and inspect.isbuiltin(f)}
    members = {n for n in dir(torch.Tensor) if not n.startswith("_")}
    return sorted(members | {n for n in operators if n in dir(torch.Tensor)} | {"__len__", "__iter__"})


def subclasses(module, base):
    return [n for n in public(module) if inspect.isclass(getattr(module, n)) and issubclass(getattr(module, n), base)]


ALIAS = re.compile(r"[Aa]lias (?:for|of|to) (?:the )?:(?:func|meth|attr|class):`~?([\w.]+)(?:\(\))?`")


def aliases(owner, names):
    found = {}
    for name in names:
        doc = inspect.getdoc(getattr(owner, name)) or ""
        # The whole description, not a remark in the middle of a longer one.
        match = ALIAS.search(doc[:240])
        if match and match[1] != name:
            found[name] = match[1]
    return found


def main():
    nn = torch.nn
    namespaces = {
        "torch.Tensor": (torch.Tensor, tensor_names()),
        "torch": (torch, functions(torch)),
        "torch.special": (torch.special, functions(torch.special)),
        "torch.linalg": (torch.linalg, functions(torch.linalg)),
        "torch.fft": (torch.fft, functions(torch.fft)),
        "torch.nn": (nn, sorted({*subclasses(nn, nn.Module), "Parameter", "Buffer"})),
        "torch.nn.functional": (nn.functional, functions(nn.functional)),
        "torch.nn.init": (nn.init, functions(nn.init, own=True)),
        "torch.nn.utils": (nn.utils, functions(nn.utils)),
        "torch.optim": (torch.optim, subclasses(torch.optim, torch.optim.Optimizer)),
        "torch.optim.lr_scheduler": (torch.optim.lr_scheduler, functions(torch.optim.lr_scheduler, classes=True)),
        "torch.distributions": (torch.distributions, functions(torch.distributions, classes=True)),
        "torch.utils.data": (torch.utils.data, functions(torch.utils.data, classes=True)),
        "torch.amp": (torch.amp, functions(torch.amp, classes=True)),
        "torch.autograd": (torch.autograd, functions(torch.autograd, classes=True)),
        "torch.autograd.functional": (torch.autograd.functional, functions(torch.autograd.functional, own=True)),
        "torch.random": (torch.random, functions(torch.random)),
    }
    content = {
        "pytorch": torch.__version__.split("+")[0],
        "names": {space: names for space, (_, names) in namespaces.items()},
        "aliases": {space: found for space, pair in namespaces.items() if (found := aliases(*pair))},
    }
    target = Path(__file__).with_suffix(".json")
    target.write_text(json.dumps(content, indent=2) + "\n")
    print(target)


main()
