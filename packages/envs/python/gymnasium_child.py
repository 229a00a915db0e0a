"""One environment of Python's Gymnasium, played through two pipes: file descriptor 3 brings requests, 4 takes answers.

Started by src/gymnasium of @throughline/envs, which says what each message is in wire.ts. The standard input is a line of life:
when it ends, whoever started this process is gone, and this process ends too.
"""

import importlib
import json
import math
import os
import signal
import struct
import sys
import threading
import traceback

REQUESTS, ANSWERS = 3, 4
REQUEST = struct.Struct("<BxxxII")  # call, bytes of JSON, bytes of values
ANSWER = struct.Struct("<BBBxIIxxxxd")  # 1: failed, terminated, truncated, bytes of JSON, bytes of values, reward
MAKE, RESET, STEP, RENDER, CLOSE = range(5)


class Refusal(Exception):
    """A failure that has a name of its own on the other side."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def end_with_parent():
    while os.read(0, 4096):
        pass
    os._exit(0)


def read_exactly(count):
    parts = []
    while count > 0:
        part = os.read(REQUESTS, count)
        if not part:
            os._exit(0)
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def write_all(data):
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(ANSWERS, view) :]
    except BrokenPipeError:
        os._exit(0)


def answer(message=None, values=b"", reward=0.0, terminated=False, truncated=False, failed=False):
    text = b"" if message is None else json.dumps(message).encode()
    write_all(ANSWER.pack(failed, terminated, truncated, len(text), len(values), reward) + text + values)


# Values. A value is the bytes of its parts, each filled up to a multiple of 8; texts go into a list beside them.


def padded(data):
    return data + bytes(-len(data) % 8)


def bound(numbers):
    """A bound of all places, or a list with one for each; infinities are texts."""
    flat = [float(number) for number in numbers.ravel().tolist()]
    texts = [number if math.isfinite(number) else ("inf" if number > 0 else "-inf") for number in flat]
    return texts[0] if texts and all(text == texts[0] for text in texts) else texts


class BoxPart:
    names = {"bool": "uint8", "float16": "float32"}
    known = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "int64", "uint64", "float32", "float64")

    def __init__(self, space):
        self.shape, self.own = tuple(space.shape), space.dtype
        self.wire = self.names.get(self.own.name, self.own.name)
        if self.wire not in self.known or 0 in self.shape:
            raise Refusal("space", "a box of %s with the shape %s" % (self.own.name, list(self.shape)))
        self.count = math.prod(self.shape)
        self.bytes = self.count * numpy.dtype(self.wire).itemsize
        self.about = {"kind": "box", "dtype": self.wire, "shape": list(self.shape)}
        self.about.update(low=bound(space.low), high=bound(space.high))

    def write(self, value, texts):
        array = numpy.ascontiguousarray(value, dtype=self.wire)
        if array.size != self.count:
            raise ValueError("an observation of shape %s, the space has %s" % (list(array.shape), list(self.shape)))
        return padded(array.tobytes())

    def read(self, data, at, texts):
        array = numpy.frombuffer(data, self.wire, self.count, at).reshape(self.shape)
        return array.astype(self.own), at + self.bytes + -self.bytes % 8


class NumberPart:
    def __init__(self, space):
        self.about = {"kind": "discrete", "n": int(space.n), "start": int(getattr(space, "start", 0))}

    def write(self, value, texts):
        return struct.pack("<d", int(value))

    def read(self, data, at, texts):
        return numpy.int64(struct.unpack_from("<d", data, at)[0]), at + 8


class NumbersPart:
    """MultiDiscrete and MultiBinary."""

    def __init__(self, space, wire, about):
        self.shape, self.own, self.wire, self.about = tuple(space.shape), space.dtype, wire, about
        self.count = math.prod(self.shape)
        self.bytes = self.count * numpy.dtype(wire).itemsize

    write = BoxPart.write
    read = BoxPart.read


class TextPart:
    def __init__(self, about):
        self.about = dict(about, kind="text")

    def write(self, value, texts):
        texts.append(str(value))
        return b""

    def read(self, data, at, texts):
        return texts.pop(0), at


class Parts:
    """Dict and Tuple."""

    def __init__(self, names, parts):
        self.names, self.parts = names, parts
        self.about = {"kind": "tuple" if names is None else "dict", "names": names, "parts": [p.about for p in parts]}

    def write(self, value, texts):
        values = value if self.names is None else [value[name] for name in self.names]
        return b"".join([part.write(one, texts) for part, one in zip(self.parts, values)])

    def read(self, data, at, texts):
        values = []
        for part in self.parts:
            value, at = part.read(data, at, texts)
            values.append(value)
        return (tuple(values) if self.names is None else dict(zip(self.names, values))), at


def part_of(space):
    spaces = gymnasium.spaces
    if isinstance(space, spaces.Box):
        return BoxPart(space)
    if isinstance(space, spaces.Discrete):
        return NumberPart(space)
    if isinstance(space, spaces.MultiDiscrete):
        start = getattr(space, "start", None)
        about = {"kind": "multi-discrete", "nvec": space.nvec.ravel().tolist(), "shape": list(space.shape)}
        about["start"] = None if start is None else start.ravel().tolist()
        return NumbersPart(space, "int32", about)
    if isinstance(space, spaces.MultiBinary):
        return NumbersPart(space, "uint8", {"kind": "multi-binary", "shape": list(space.shape)})
    if isinstance(space, spaces.Dict):
        return Parts(list(space.spaces), [part_of(one) for one in space.spaces.values()])
    if isinstance(space, spaces.Tuple):
        return Parts(None, [part_of(one) for one in space.spaces])
    if isinstance(space, spaces.Text):
        about = {"most": space.max_length, "least": space.min_length}
        return TextPart(dict(about, charset="".join(sorted(space.character_set))))
    if isinstance(space.sample(), str):  # such as MiniGrid's MissionSpace
        return TextPart({"most": None, "least": 0, "charset": None})
    raise Refusal("space", "a space %s" % type(space).__name__)


# Packages whose environments Gymnasium knows only after an import, by the beginning of their ids.
PACKAGES = {"MiniGrid-": "minigrid", "BabyAI-": "minigrid", "MiniWorld-": "miniworld", "ALE/": "ale_py"}

NOTHING = object()


def plain(value, depth=0):
    """What JSON can hold of a value; numbers that are not finite become None, anything else NOTHING."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth > 8:
        return NOTHING
    if isinstance(value, dict):
        pairs = [(str(key), plain(one, depth + 1)) for key, one in value.items()]
        return {key: one for key, one in pairs if one is not NOTHING}
    if isinstance(value, (list, tuple)):
        items = [plain(one, depth + 1) for one in value]
        return [None if one is NOTHING else one for one in items]
    if hasattr(value, "tolist") and getattr(value, "size", 1) <= 4096:  # NumPy's numbers and arrays
        return plain(value.tolist(), depth + 1)
    return NOTHING


# Calls.


def module(name):
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise Refusal("package", error.name or name) from error


def thing(path):
    """The class of a dotted path."""
    place, _, name = path.rpartition(".")
    return getattr(module(place), name)


def find_gymnasium():
    global gymnasium, numpy
    gymnasium = module("gymnasium")
    version = str(getattr(gymnasium, "__version__", "0"))
    parts = version.split(".")
    if parts[0] == "0" and not (len(parts) > 1 and parts[1].isdigit() and int(parts[1]) >= 26):
        raise Refusal("old", version)
    numpy = module("numpy")


def render_mode(name):
    """"rgb_array" if the environment knows it."""
    try:
        entry = gymnasium.spec(name).entry_point
        place = entry if callable(entry) else getattr(module(entry.split(":")[0]), entry.split(":")[1])
        return "rgb_array" if "rgb_array" in place.metadata.get("render_modes", []) else None
    except Exception:  # `make` says what is wrong with the id
        return None


def register_known(name):
    """Imports the package that registers an id, if the beginning of the id says which."""
    if name in getattr(gymnasium, "registry", {}):
        return
    for beginning, package in PACKAGES.items():
        if name.startswith(beginning):
            extension = module(package)
            if hasattr(gymnasium, "register_envs"):
                gymnasium.register_envs(extension)


def failures(*names):
    """Those of Gymnasium's exceptions that its version has."""
    return tuple(getattr(gymnasium.error, name) for name in names if hasattr(gymnasium.error, name))


def make(wanted):
    find_gymnasium()
    for name in wanted["imports"]:
        extension = module(name)
        if hasattr(gymnasium, "register_envs"):
            gymnasium.register_envs(extension)
    register_known(wanted["id"])
    unknown = failures("UnregisteredEnv", "NamespaceNotFound", "NameNotFound", "VersionNotFound", "DeprecatedEnv")
    missing = failures("DependencyNotInstalled")
    try:
        kwargs = dict(wanted["kwargs"])
        if "render_mode" not in kwargs:
            kwargs["render_mode"] = render_mode(wanted["id"])
        if wanted["horizon"] is not None:
            kwargs["max_episode_steps"] = wanted["horizon"]
        env = gymnasium.make(wanted["id"], **kwargs)
    except unknown as failure:
        raise Refusal("id", " ".join(str(failure).split())) from failure
    except missing as failure:
        raise Refusal("dependency", " ".join(str(failure).split())) from failure
    except ModuleNotFoundError as failure:
        raise Refusal("package", failure.name or str(failure)) from failure
    for path, options in wanted["wrappers"]:
        env = thing(path)(env, **options)
    spec = env.spec
    horizon = wanted["horizon"] or getattr(spec, "max_episode_steps", None) or getattr(env.unwrapped, "max_steps", None)
    observations, actions = part_of(env.observation_space), part_of(env.action_space)
    about = {"id": spec.id, "horizon": plain(horizon), "python": sys.executable}
    about.update(observations=observations.about, actions=actions.about)
    return env, observations, actions, about


def facts(texts, info):
    message = {}
    if texts:
        message["texts"] = texts
    if info:
        message["info"] = plain(info)
    return message or None


class Player:
    def __init__(self):
        self.env = None

    def answer(self, call, text, values):
        if call == STEP:
            texts = json.loads(text)["texts"] if text else []
            action, _ = self.actions.read(values, 0, texts)
            observation, reward, terminated, truncated, info = self.env.step(action)
            texts = []
            data = self.observations.write(observation, texts)
            answer(facts(texts, info), data, float(reward), bool(terminated), bool(truncated))
        elif call == RESET:
            wanted = json.loads(text)
            observation, info = self.env.reset(seed=wanted["seed"], options=wanted["options"])
            texts = []
            data = self.observations.write(observation, texts)
            answer(facts(texts, info), data)
        elif call == MAKE:
            self.env, self.observations, self.actions, about = make(json.loads(text))
            answer(about)
        elif call == RENDER:
            picture = self.env.render()
            if picture is None or not hasattr(picture, "shape"):
                raise Refusal("picture", type(picture).__name__)
            picture = numpy.ascontiguousarray(picture, dtype="uint8")
            answer({"height": picture.shape[0], "width": picture.shape[1]}, picture.tobytes())
        else:
            self.env.close()
            answer()
            os._exit(0)


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
    os.dup2(2, 1)
    for pipe in (REQUESTS, ANSWERS):
        os.set_inheritable(pipe, False)
    threading.Thread(target=end_with_parent, daemon=True).start()
    player = Player()
    while True:
        call, text, values = REQUEST.unpack(read_exactly(REQUEST.size))
        data = read_exactly(text + values)
        try:
            player.answer(call, data[:text], data[text:])
        except Refusal as refusal:
            answer({"kind": refusal.kind, "message": str(refusal), "python": sys.executable}, failed=True)
        except Exception as error:
            line = traceback.format_exception_only(type(error), error)[-1].strip()
            message = {"kind": "raised", "message": " ".join(line.split()), "traceback": traceback.format_exc()}
            answer(message, failed=True)


main()
