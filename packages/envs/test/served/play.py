"""Plays mazes through Gymnasium and says everything that it has seen, as JSON. Arguments: id, options, seed, actions."""

import hashlib
import json
import sys
import warnings

import gymnasium
import numpy
import throughline_envs
from gymnasium.utils.env_checker import check_env
from throughline_envs import server

maze, options, seed, actions = json.loads(sys.argv[1])
lanes = 3


def picture(array):
    return hashlib.sha256(numpy.ascontiguousarray(array).tobytes()).hexdigest()


def message(body):
    try:
        body()
    except gymnasium.error.Error as error:
        return [getattr(error, "code", type(error).__name__), str(error)]
    return None


env = gymnasium.make("throughline/" + maze, render_mode="rgb_array", **options)
one = []
observation, info = env.reset(seed=seed)
one.append([picture(observation), info, picture(env.render())])
for action in actions:
    observation, reward, terminated, truncated, info = env.step(action)
    one.append([picture(observation), reward, terminated, truncated, info])
    if terminated or truncated:
        observation, info = env.reset()
        one.append([picture(observation), info, picture(env.render())])
observation, info = env.reset(seed=seed, options={"episode": 7})
one.append([picture(observation), info, list(env.render().shape)])

envs = gymnasium.make_vec("throughline/" + maze, num_envs=lanes, **options)
many = []
observations, infos = envs.reset(seed=seed)
assert envs.observation_space.contains(observations)
many.append([[picture(one) for one in observations], infos["shortest"].tolist()])
for action in actions:
    observations, rewards, terminated, truncated, infos = envs.step(numpy.full(lanes, action))
    ends = [
        [lane, picture(infos["final_obs"][lane]), int(infos["final_info"]["length"][lane])]
        for lane in range(lanes)
        if terminated[lane] or truncated[lane]
    ]
    flags = [rewards.tolist(), terminated.tolist(), truncated.tolist()]
    many.append([[picture(one) for one in observations], *flags, ends])

with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    check_env(gymnasium.make("throughline/" + maze, render_mode="rgb_array", **options).unwrapped)

unseeded = [gymnasium.make("throughline/" + maze, **options).reset()[1]["seed"] for _ in range(2)]
refused = [
    message(lambda: gymnasium.make("throughline/" + maze, room=1)),
    message(lambda: env.unwrapped.step(99)),
    message(lambda: envs.step(numpy.full(lanes, 0.5))),
    message(lambda: env.reset(seed=1, options={"level": 3})),
]
process = server.server()._process
env.close()
env.close()
closed = message(lambda: env.unwrapped.step(0))
still = process.poll()
process.kill()
killed = message(lambda: envs.step(numpy.zeros(lanes, int)))
after = gymnasium.make("throughline/" + maze, **options)  # in a new process
after.reset(seed=1)
process = server.server()._process
after.close()
print(
    json.dumps(
        {
            **{"ids": throughline_envs.IDS, "one": one, "many": many, "said": [str(one.message) for one in said]},
            **{"unseeded": unseeded, "refused": refused, "closed": closed, "still": still, "killed": killed},
            **{"end": process.poll(), "pid": process.pid, "mode": envs.metadata["autoreset_mode"].value},
        }
    )
)
