"""MiniWorld's side of `npm run bench -- envs`: steps of its maze with their pictures, drawn by Mesa's llvmpipe on this thread."""
import json
import os
import sys

os.environ.update(LIBGL_ALWAYS_SOFTWARE="1", GALLIUM_DRIVER="llvmpipe", LP_NUM_THREADS="0")
import pyglet

pyglet.options["headless"] = True  # by EGL, without a display
import contextlib

with contextlib.redirect_stdout(sys.stderr):
    import gymnasium
    import miniworld  # noqa: F401  registers its environments
    from clock import now

REPEATS = 200


def make(height, width):
    env = gymnasium.make("MiniWorld-Maze-v0", obs_width=width, obs_height=height)
    env.reset(seed=1)
    return env


ready, at = {}, 0
for line in sys.stdin:
    _, height, width, *_ = json.loads(line)["case"].split(",")
    with contextlib.redirect_stdout(sys.stderr):
        if (height, width) not in ready:
            ready[height, width] = make(int(height), int(width))
        env = ready[height, width]
        start = now()
        for _ in range(REPEATS):
            *_, terminated, truncated, _ = env.step(0 if at % 3 == 0 else 2)  # a turn, two steps forward
            at += 1
            if terminated or truncated:
                env.reset()
        ms = 1e3 * (now() - start) / REPEATS
    print(json.dumps({"ms": ms}), flush=True)
