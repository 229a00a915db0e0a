"""Microseconds of a step in Python, the best of many blocks: gymnasium_steps.py SECONDS ID plain|pictures, or SECONDS maze|mazes.

Started by bench/src/gymnasium.ts. The mazes are those of packages/envs/python, drawn by Node.
"""

import os
import sys
import time

import gymnasium
import numpy

seconds, name = float(sys.argv[1]), sys.argv[2]


def best(step, block):
    least, at, end = float("inf"), 0, time.time() + seconds
    while time.time() < end:
        begin = time.perf_counter()
        for _ in range(block):
            step(at)
            at += 1
        least = min(least, (time.perf_counter() - begin) / block * 1e6)
    return least


def mazes():
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../packages/envs/python"))
    import throughline_envs  # noqa: F401


if name == "maze":
    mazes()
    env = gymnasium.make("throughline/SmallGoalMaze-v0", rooms=3).unwrapped
    env.reset(seed=1)

    def one(at):
        _, _, terminated, truncated, _ = env.step([0, 0, 1, 0, 2][at % 5])
        if terminated or truncated:
            env.reset()

    print(best(one, 20))
elif name == "mazes":
    mazes()
    envs = gymnasium.make_vec("throughline/SmallGoalMaze-v0", num_envs=16, rooms=3)
    envs.reset(seed=1)
    actions = [numpy.full(16, action) for action in (0, 0, 1, 0, 2)]
    print(best(lambda at: envs.step(actions[at % 5]), 20))
else:
    if name.startswith("MiniGrid"):
        import minigrid

        gymnasium.register_envs(minigrid)
    env = gymnasium.make(name, render_mode="rgb_array")
    if sys.argv[3] == "pictures":
        from minigrid.wrappers import ImgObsWrapper, RGBImgPartialObsWrapper

        env = ImgObsWrapper(RGBImgPartialObsWrapper(env, tile_size=8))
    push = numpy.full(6, 0.1, numpy.float32)
    count = {"CartPole-v1": 2}.get(name, 3)
    over = True

    def play(at):
        global over
        if over:
            env.reset(seed=at)
        _, _, terminated, truncated, _ = env.step(push if name.startswith("Half") else at % count)
        over = terminated or truncated

    print(best(play, 40))
