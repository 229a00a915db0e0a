"""Environments in the form of Gymnasium's, which do what tests of the bridge need, and no more."""

import os
import random
import signal
import subprocess
import sys
import time

import numpy

from . import error, spaces

__version__ = os.environ.get("FAKE_GYMNASIUM_VERSION", "1.0.0")


class Spec:
    def __init__(self, id, most):
        self.id, self.max_episode_steps, self.entry_point = id, most, registry[id]


class Env:
    metadata = {"render_modes": ["rgb_array"]}

    @property
    def unwrapped(self):
        return self

    def close(self):
        pass


class Walk(Env):
    """A walk on a line from a random place; 9 or −9 is the end. Action 0 goes left, 1 right, 2 does what `fault` says."""

    max_steps = 30

    def __init__(self, render_mode=None, fault="", max_episode_steps=None, **_):
        self.observation_space = spaces.Box([-9, -9], [9, float("inf")], [2], "float64")
        self.action_space = spaces.Discrete(3)
        self.render_mode, self.fault, self.most = render_mode, fault, max_episode_steps or self.max_steps or float("inf")

    def seen(self):
        return numpy.ndarray([self.place, self.steps / 7], [2], "float64")

    def reset(self, *, seed=None, options=None):
        if options and "refuse" in options:
            raise ValueError("options of reset: " + options["refuse"])
        self.random = random.Random(seed)
        self.place, self.steps = self.random.randint(-3, 3), 0
        info = {"options": options}
        if options and options.get("pid"):
            info["pid"] = os.getpid()
        return self.seen(), info

    def step(self, action):
        if action == 2 and self.fault:
            getattr(self, self.fault)()
        self.place += 2 * action - 1 if action < 2 else self.random.randint(-1, 1)
        self.steps += 1
        ended = abs(self.place) >= 9
        info = {"nan": float("nan"), "code": print, "kept": [1, "two"], "is_success": self.place >= 9}
        return self.seen(), float(self.place >= 9), ended, not ended and self.steps >= self.most, info

    def render(self):
        return numpy.ndarray([(self.place + 9 + i) % 256 for i in range(2 * 3 * 3)], [2, 3, 3], "uint8")

    def raise_(self):
        raise RuntimeError("the walk\nis blocked")

    def exit(self):
        print("a word on the standard output")
        print("first line", file=sys.stderr)
        print("the wall fell down", file=sys.stderr, flush=True)
        os._exit(7)

    def die(self):
        os.kill(os.getpid(), signal.SIGKILL)

    def hang(self):
        time.sleep(1000)

    def loop(self):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            pass

    def leave(self):
        """Ends, and leaves a process of its own that holds the standard error open."""
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(20)"])
        os._exit(3)

    def misfit(self):
        self.seen = lambda: numpy.ndarray([1, 2, 3], [3], "float64")

    def chatter(self):
        for line in range(20000):
            print("line %d of many" % line, file=sys.stderr)


class Echo(Env):
    """Its observation is the last action, whatever its space."""

    metadata = {"render_modes": []}

    def __init__(self, render_mode=None, space=None):
        self.action_space = self.observation_space = spaces.made(space)
        self.render_mode = render_mode

    def reset(self, *, seed=None, options=None):
        return self.observation_space.first(), {"seed": seed}

    def step(self, action):
        return action, 0.0, False, False, {}

    def render(self):
        return None


class Pictures(Walk):
    """A walk that is seen as a picture of 4 × 5, wherever it is."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.observation_space = spaces.Box([0] * 60, [255] * 60, [4, 5, 3], "uint8")

    def seen(self):
        return numpy.ndarray([(self.place * 7 + self.steps + i) % 256 for i in range(60)], [4, 5, 3], "uint8")


class Endless(Pictures):
    """The same without a number of steps after which it ends."""

    max_steps = None


class Wrapped:
    """A wrapper: rewards times `factor`."""

    def __init__(self, env, factor=2):
        self.env, self.factor = env, factor

    def __getattr__(self, name):
        return getattr(self.env, name)

    def step(self, action):
        observation, reward, *rest = self.env.step(action)
        return (observation, reward * self.factor, *rest)


registry = {"Walk-v0": Walk, "Echo-v0": Echo, "Pictures-v0": Pictures, "Endless-v0": Endless}


def spec(id):
    return Spec(id, None)


def make(id, max_episode_steps=None, **kwargs):
    if id == "Needs-v0":
        raise error.DependencyNotInstalled("Box2D is not installed, run `pip install \"gymnasium[box2d]\"`")
    if id not in registry:
        raise error.NameNotFound("Environment `%s` doesn't exist. Did you mean: `Walk`?" % id.split("-")[0])
    env = registry[id](**kwargs, **({} if id == "Echo-v0" else {"max_episode_steps": max_episode_steps}))
    env.spec = Spec(id, max_episode_steps)
    return env
