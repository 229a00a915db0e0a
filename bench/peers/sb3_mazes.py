"""A public PPO learns our maze in Python: sb3_mazes.py FRAMES [recurrent] [rooms].

Success in 100 unseen mazes before and after, with actions drawn from the policy, and the processor time of Python. Needs
stable-baselines3, and for `recurrent` sb3-contrib; the mazes are those of packages/envs/python, drawn by Node.
"""

import os
import sys
import time

import gymnasium
import numpy
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../packages/envs/python"))
import throughline_envs  # noqa: E402, F401

torch.set_num_threads(1)
frames, recurrent = int(sys.argv[1]), "recurrent" in sys.argv
rooms = int(sys.argv[-1]) if len(sys.argv) > 2 and sys.argv[-1].isdigit() else 1
maze = "throughline/SmallGoalMaze-v0"


def success(model, episodes=100):
    envs = gymnasium.make_vec(maze, num_envs=episodes, rooms=rooms)
    seen, _ = envs.reset(seed=1_000_000_000)
    first, memory, begins = {}, None, numpy.ones(episodes, bool)
    while len(first) < episodes:
        pictures = numpy.ascontiguousarray(seen.transpose(0, 3, 1, 2))
        actions, memory = model.predict(pictures, state=memory, episode_start=begins, deterministic=False)
        seen, _, terminated, truncated, infos = envs.step(actions)
        begins = terminated | truncated
        for lane in numpy.flatnonzero(begins):
            first.setdefault(int(lane), (bool(terminated[lane]), int(infos["final_info"]["length"][lane])))
    envs.close()
    return "success %.2f, mean steps %.1f" % tuple(numpy.mean(list(first.values()), 0))


mazes = make_vec_env(maze, n_envs=8, seed=1, env_kwargs={"rooms": rooms})
settings = dict(n_steps=128, batch_size=256, n_epochs=4, ent_coef=0.01, learning_rate=5e-4, seed=1)
if recurrent:
    from sb3_contrib import RecurrentPPO

    model = RecurrentPPO("CnnLstmPolicy", mazes, policy_kwargs={"lstm_hidden_size": 128}, **settings)
else:
    model = PPO("CnnPolicy", mazes, **settings)
print("before:", success(model), flush=True)
begin, spent = time.time(), time.process_time()
model.learn(frames)
count, spent = model.num_timesteps, time.process_time() - spent
print("%d frames in %.0f s, %.2f ms of Python's processor time each" % (count, time.time() - begin, 1e3 * spent / count))
print("after:", success(model), flush=True)
mazes.close()
