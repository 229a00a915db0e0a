"""ViZDoom's side of `npm run bench -- envs`: steps of its maze of rooms, of one tic each, with their pictures, in colour."""
import json
import os
import sys
import time

import vizdoom

REPEATS = 5000
CPU = os.environ.get("BENCH_CLOCK") == "cpu"


def children():
    """Ids of the game processes, which threads of this one have started."""
    for thread in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{thread}/children") as file:
            yield from file.read().split()


def now():
    """Seconds; of the processor those of this process and of the games that it plays."""
    if not CPU:
        return time.perf_counter()
    total = time.process_time()
    for child in children():
        with open(f"/proc/{child}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def make(height, width):
    game = vizdoom.DoomGame()
    game.load_config(os.path.join(vizdoom.scenarios_path, "my_way_home.cfg"))
    game.set_screen_resolution(getattr(vizdoom.ScreenResolution, f"RES_{width}X{height}"))
    game.set_screen_format(vizdoom.ScreenFormat.RGB24)
    game.set_window_visible(False)
    game.set_sound_enabled(False)
    game.set_seed(1)
    game.init()
    return game


ready, at = {}, 0
for line in sys.stdin:
    _, height, width, *_ = json.loads(line)["case"].split(",")
    if (height, width) not in ready:
        ready[height, width] = make(height, width)
    game = ready[height, width]
    start = now()
    for _ in range(REPEATS):
        if game.is_episode_finished():
            game.new_episode()
        game.make_action([1, 0, 0, 0, 0] if at % 3 == 0 else [0, 0, 1, 0, 0])  # a turn, two steps forward
        state = game.get_state()
        picture = None if state is None else state.screen_buffer
        at += 1
    print(json.dumps({"ms": 1e3 * (now() - start) / REPEATS}), flush=True)
