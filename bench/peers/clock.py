"""The clock of a benchmark program: seconds on the wall; with BENCH_CLOCK=cpu those that this process has computed. With BENCH_DEVICE
tensors of PyTorch are made on that device, and the clock waits for its work."""
import os
import time

device = os.environ.get("BENCH_DEVICE", "cpu")
clock = time.process_time if os.environ.get("BENCH_CLOCK") == "cpu" else time.perf_counter
if device != "cpu":
    import torch

    torch.set_default_device(device)


def now():
    if device != "cpu":
        torch.accelerator.synchronize()
    return clock()
