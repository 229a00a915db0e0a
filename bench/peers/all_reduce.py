"""One of two ranks: all-reduces by torch.distributed. python all_reduce.py MEBIBYTES REPEATS, with torchrun's variables."""
import json
import os
import sys
import time

# As ours: data over the loopback device.
os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
import torch
import torch.distributed as dist

mebibytes, repeats = int(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(1)
dist.init_process_group("gloo")
x = torch.zeros(mebibytes * 2**20 // 4)
samples = []
for _ in range(repeats + 2):
    processor, start = time.process_time(), time.perf_counter()
    dist.all_reduce(x)
    wall = time.perf_counter() - start
    samples.append({"wall": 1e3 * wall, "processor": 1e3 * (time.process_time() - processor)})
print(json.dumps(samples[2:]))
dist.destroy_process_group()
