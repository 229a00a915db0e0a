"""One maze as an environment of Gymnasium."""

import struct
import weakref

import gymnasium
import numpy

from .server import info_of, options_of, server


def reset_message(env, seed, options):
    """What `reset` asks. Without any seed so far, one is drawn, as is the custom in Gymnasium."""
    if seed is None and not env._has_seed:
        seed = int(env.np_random.integers(2**31))
    env._has_seed = True
    message = {} if seed is None else {"seed": int(seed)}
    if options:
        message["options"] = options
    return message


class MazeEnv(gymnasium.Env):
    """A first-person maze. Observations are pictures, uint8 [height, width, 3].

    An episode is a function of the options, the seed, the episode's number and the actions alone: `reset(seed=1)` begins a seed's
    sequence, `reset()` goes on to its next episode, `reset(seed=1, options={"episode": 7})` plays number 7.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 15}

    def __init__(self, maze, render_mode=None, **options):
        if render_mode not in (None, "rgb_array"):
            raise ValueError("render_mode is %r, accepted: None or 'rgb_array'" % render_mode)
        self.render_mode = render_mode
        self._server = server()
        self._env, about = self._server.make(maze, options_of(options), None)
        self._close = weakref.finalize(self, self._server.close_env, self._env)
        self._has_seed = False
        #: Steps after which an episode is truncated.
        self.horizon = about["horizon"]
        self.observation_space = gymnasium.spaces.Box(0, 255, tuple(about["shape"]), numpy.uint8)
        self.action_space = gymnasium.spaces.Discrete(about["actions"])

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        info, values, *_ = self._server.call("reset", self._env, reset_message(self, seed, options))
        return self._picture(values), info_of(info)

    def step(self, action):
        values = struct.pack("<i", int(action))
        info, values, reward, terminated, truncated = self._server.call("step", self._env, values=values)
        return self._picture(values), reward, terminated, truncated, info_of(info)

    def render(self):
        """The agent's view, at least 240 rows high, as `render()` in Node."""
        if self.render_mode is None:
            gymnasium.logger.warn("render() needs render_mode='rgb_array'")
            return None
        size, values, *_ = self._server.call("render", self._env)
        return numpy.frombuffer(values, numpy.uint8).reshape(size["height"], size["width"], 3)

    def close(self):
        self._close()

    def _picture(self, values):
        return numpy.frombuffer(values, numpy.uint8).reshape(self.observation_space.shape)
