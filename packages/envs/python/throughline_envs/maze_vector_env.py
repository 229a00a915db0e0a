"""Many mazes as a vector environment of Gymnasium, stepped and drawn together by native threads of one Node process."""

import weakref

import gymnasium
import numpy
from gymnasium.vector.utils import batch_space

from .maze_env import reset_message
from .server import info_of, options_of, server


class MazeVectorEnv(gymnasium.vector.VectorEnv):
    """Mazes of one kind. Reset is automatic and in the same step: observations already show the next episode of a maze that has ended;
    `infos["final_obs"]` and `infos["final_info"]` have the last of the old one. Maze i plays the sequence of seed + i.
    """

    metadata = {"render_modes": [], "autoreset_mode": gymnasium.vector.AutoresetMode.SAME_STEP}

    def __init__(self, maze, num_envs=1, render_mode=None, **options):
        if render_mode is not None:
            raise ValueError("render_mode is %r, accepted: None; the observations are the pictures" % render_mode)
        self.num_envs = num_envs
        self._server = server()
        self._env, about = self._server.make(maze, options_of(options), num_envs)
        self._close = weakref.finalize(self, self._server.close_env, self._env)
        self._has_seed = False
        self.horizon = about["horizon"]
        self.single_observation_space = gymnasium.spaces.Box(0, 255, tuple(about["shape"]), numpy.uint8)
        self.single_action_space = gymnasium.spaces.Discrete(about["actions"])
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        answer, values, *_ = self._server.call("reset", self._env, reset_message(self, seed, options))
        infos = {}
        for lane, facts in enumerate(answer["facts"]):
            infos = self._add_info(infos, info_of(facts), lane)
        return numpy.frombuffer(values, numpy.uint8).reshape(self.observation_space.shape), infos

    def step(self, actions):
        lanes = self.num_envs
        actions = numpy.asarray(actions)
        if not numpy.array_equal(actions, actions.astype("<i4")):
            raise gymnasium.error.InvalidAction("actions are %s, accepted: whole numbers" % actions.dtype)
        answer, values, *_ = self._server.call("step", self._env, values=actions.astype("<i4").tobytes())
        rewards = numpy.frombuffer(values, "<f4", lanes).astype(numpy.float64)
        terminated = numpy.frombuffer(values, numpy.uint8, lanes, 4 * lanes).astype(bool)
        truncated = numpy.frombuffer(values, numpy.uint8, lanes, 5 * lanes).astype(bool)
        pictures = numpy.frombuffer(values, numpy.uint8, offset=6 * lanes)
        pictures = pictures.reshape(-1, *self.single_observation_space.shape)  # all lanes, then those that ended
        infos = {}
        for number, end in enumerate(answer["ends"] if answer else []):
            final = {"final_obs": pictures[lanes + number], "final_info": info_of(end["facts"])}
            infos = self._add_info(infos, final, end["lane"])
        return pictures[:lanes], rewards, terminated, truncated, infos

    def close_extras(self, **kwargs):
        self._close()
