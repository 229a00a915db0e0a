"""The clock of a benchmark program: seconds on the wall; with BENCH_CLOCK=cpu those that this process has computed."""
import os
import time

now = time.process_time if os.environ.get("BENCH_CLOCK") == "cpu" else time.perf_counter
