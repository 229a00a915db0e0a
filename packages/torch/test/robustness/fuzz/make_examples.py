"""Recipe of examples.json: for every ATen operator that PyTorch's own test samples reach, a few valid calls.

    python packages/torch/test/robustness/fuzz/make_examples.py        # torch==2.13.0, numpy, scipy

Each sample of torch.testing's operator database runs twice under a dispatch mode: with gradients, forward and backward,
which reaches kernels and derivative formulas, and in inference mode, which reaches composite operators. Only what a call
looks like is written down (dtypes, shapes, ranges of integers, numbers); no tensor data. One line an operator:
`"aten::add.Tensor": [[argument, …], …]`, arguments in the schema's order, tensors as {"t": [dtype, shape, low, high]}
(low and high only for integers), `{"u": 1}` for a default, complex numbers as {"re", "im"}.
"""
import json
import math
import os
import random
import signal
import sys
import types
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")
if "expecttest" not in sys.modules:  # PyTorch's test tools import it; nothing here uses it
    stub = types.ModuleType("expecttest")
    stub.TestCase = __import__("unittest").TestCase
    stub.assert_expected_inline = None
    sys.modules["expecttest"] = stub

import torch
from torch.testing._internal import common_methods_invocations as samples
from torch.testing._internal import common_modules as modules
from torch.utils._python_dispatch import TorchDispatchMode

warnings.simplefilter("ignore")
PER_OPERATOR = 3
PER_SAMPLE = 6
MOST_ELEMENTS = 4096
DTYPES = {getattr(torch, n): n for n in (
    "float64 float32 float16 bfloat16 int64 int32 int16 int8 uint8 bool complex64 complex128").split()}
FORMATS = {torch.contiguous_format: "contiguous_format", torch.preserve_format: "preserve_format",
           torch.channels_last: "channels_last", torch.channels_last_3d: "channels_last_3d"}

found: dict[str, dict[str, list]] = {}


class CannotSay(Exception):
    pass


def say(value):
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, torch.Tensor):
        if value.dtype not in DTYPES or value.layout != torch.strided or value.numel() > MOST_ELEMENTS:
            raise CannotSay
        out = [DTYPES[value.dtype], list(value.shape)]
        if not value.is_floating_point() and not value.is_complex() and value.numel() > 0:
            out += [int(value.min()), int(value.max())]
        return {"t": out}
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {"big": str(value)}
    if isinstance(value, float):
        if math.isfinite(value):
            return float(f"{value:.6g}")
        return {"n": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    if isinstance(value, complex):
        return {"re": value.real, "im": value.imag}
    if isinstance(value, torch.dtype):
        if value not in DTYPES:
            raise CannotSay
        return DTYPES[value]
    if isinstance(value, torch.memory_format):
        return FORMATS[value]
    if isinstance(value, torch.device):
        return str(value)
    if isinstance(value, torch.layout):
        return str(value).removeprefix("torch.")
    if isinstance(value, (list, tuple)):
        return [say(item) for item in value]
    raise CannotSay


def note(func, args, kwargs):
    schema = func._schema
    name = schema.name + (f".{schema.overload_name}" if schema.overload_name else "")
    try:
        call = []
        for i, argument in enumerate(schema.arguments):
            if i < len(args):
                call.append(say(args[i]))
            elif argument.name in kwargs:
                call.append(say(kwargs[argument.name]))
            else:
                call.append({"u": 1})
    except (CannotSay, RuntimeError, NotImplementedError, TypeError):
        return
    while call and call[-1] == {"u": 1}:
        call.pop()
    text = json.dumps(call)
    if len(text) > 900:
        return
    # Calls of one form (same kinds and ranks of arguments) say nothing new; keep the first.
    form = json.dumps([kind(item) for item in call])
    found.setdefault(name, {}).setdefault(form, call)


def kind(item):
    if isinstance(item, dict) and "t" in item:
        return [item["t"][0], len(item["t"][1])]
    if isinstance(item, list):
        return [kind(item[0]) if item else "", len(item)]
    return type(item).__name__


class Note(TorchDispatchMode):
    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        note(func, args, kwargs or {})
        return func(*args, **(kwargs or {}))


class Slow(Exception):
    pass


def alarm(*_):
    raise Slow


def leaves(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in leaves(item)]
    if isinstance(value, dict):
        return leaves(list(value.values()))
    return []


def run(function):
    signal.signal(signal.SIGALRM, alarm)
    signal.alarm(20)
    try:
        with Note():
            outputs = [t for t in leaves(function()) if t.requires_grad and t.grad_fn is not None]
            if outputs:
                torch.autograd.backward(outputs, [torch.ones_like(t) for t in outputs])
    except Exception as error:  # a sample that fails has still shown what it reached
        if isinstance(error, Slow):
            print("slow", function, file=sys.stderr)
    finally:
        signal.alarm(0)
    signal.alarm(20)
    try:
        with torch.inference_mode(), Note():
            function()
    except Exception:
        pass
    finally:
        signal.alarm(0)


def each_sample(op, dtype):
    for factory in ("sample_inputs",):
        try:
            grad = op.supports_autograd and (dtype.is_floating_point or dtype.is_complex)
            for i, sample in enumerate(getattr(op, factory)("cpu", dtype, requires_grad=grad)):
                if i >= PER_SAMPLE:
                    break
                yield sample
        except Exception:
            return


def main():
    torch.manual_seed(0)
    random.seed(0)
    torch.set_num_threads(1)
    databases = [v for n, v in sorted(vars(samples).items()) if n.endswith("op_db") and isinstance(v, list)]
    ops = {id(op): op for db in databases for op in db if hasattr(op, "sample_inputs")}
    for op in sorted(ops.values(), key=lambda op: (op.name, op.variant_test_name)):
        for dtype in (torch.float32, torch.int64, torch.complex64, torch.bool, torch.bfloat16):
            if dtype not in op.dtypes and dtype is not torch.float32:
                continue
            for sample in each_sample(op, dtype):
                run(lambda: op(sample.input, *sample.args, **sample.kwargs))
                inplace = getattr(op, "inplace_variant", None)
                if inplace is not None:
                    def changed():
                        copy = sample.input.clone() if isinstance(sample.input, torch.Tensor) else [t.clone() for t in sample.input]
                        return inplace(copy, *sample.args, **sample.kwargs)
                    run(changed)
                if getattr(op, "supports_out", False):
                    def into():
                        with torch.no_grad():
                            plain = op(sample.input, *sample.args, **sample.kwargs)
                            out = torch.empty_like(plain) if isinstance(plain, torch.Tensor) else [torch.empty_like(t) for t in plain]
                            return op(sample.input, *sample.args, out=out, **sample.kwargs)
                    run(into)
    for info in modules.module_db:
        try:
            inputs = info.module_inputs_func(info, device="cpu", dtype=torch.float32, requires_grad=True, training=True)
            for given in list(inputs)[:PER_SAMPLE]:
                if given.forward_input is None:
                    continue
                def build():
                    module = info.module_cls(*given.constructor_input.args, **given.constructor_input.kwargs)
                    return module(*given.forward_input.args, **given.forward_input.kwargs)
                run(build)
        except Exception:
            continue
    optimisers()
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "examples.json"), "w", newline="\n") as file:
        lines = [
            f"{json.dumps(name)}: {json.dumps(sorted(calls.values(), key=lambda c: len(json.dumps(c)))[:PER_OPERATOR], separators=(',', ':'))}"
            for name, calls in sorted(found.items()) if name.startswith("aten::")
        ]
        file.write("{\n" + ",\n".join(lines) + "\n}\n")
    print(len(lines), "operators")


def optimisers():
    for cls in (torch.optim.Adam, torch.optim.AdamW, torch.optim.SGD, torch.optim.Adagrad):
        for options in ({"fused": True}, {"foreach": True}, {}):
            def step():
                p = torch.ones(3, 2, requires_grad=True)
                optimiser = cls([p], lr=0.1, **options)
                (p * p).sum().backward()
                optimiser.step()
            run(step)


if __name__ == "__main__":
    main()
