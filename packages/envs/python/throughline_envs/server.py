"""The Node process that plays mazes for this one, and calls of it through two pipes."""

import fcntl
import json
import os
import shutil
import struct
import subprocess
import threading
from pathlib import Path

import gymnasium

REQUEST = struct.Struct("<BxxxIII")  # call, environment, bytes of JSON, bytes of values
ANSWER = struct.Struct("<BBBxIIxxxxd")  # 1: failed, terminated, truncated, bytes of JSON, bytes of values, reward
CALLS = {"make": 0, "reset": 1, "step": 2, "render": 3, "close": 4}
_SET_PIPE_SIZE = 1031  # F_SETPIPE_SZ of Linux


class ThroughlineError(gymnasium.error.Error):
    """What the other side does not accept, in one sentence; `code` is one of docs/errors.md of Throughline."""

    def __init__(self, message, code="python"):
        super().__init__(message)
        self.code = code


def _program():
    """The file that Node runs: in THROUGHLINE_ENVS, beside this package, or in node_modules from the current folder upward."""
    named = os.environ.get("THROUGHLINE_ENVS")
    here = Path.cwd()
    folders = [Path(named)] if named else [Path(__file__).resolve().parents[2]]
    if not named:
        folders += [folder / "node_modules/@throughline/envs" for folder in [here, *here.parents]]
    for folder in folders:
        program = folder / "dist/served/serve.js"
        if program.is_file():
            return program
    if named:
        raise ThroughlineError("THROUGHLINE_ENVS is %s, which is no folder of @throughline/envs" % named)
    raise ThroughlineError(
        "there is no @throughline/envs in node_modules of %s or above: run `npm install @throughline/envs` there, or set "
        "THROUGHLINE_ENVS to its folder" % here
    )


def _node():
    node = os.environ.get("THROUGHLINE_NODE") or shutil.which("node")
    if node is None:
        raise ThroughlineError("there is no node on PATH: install Node 20.19 or later, or set THROUGHLINE_NODE to it")
    return node


class Server:
    """One Node process. It ends with the last environment, and with this process."""

    def __init__(self):
        program, node = _program(), _node()
        requests, self._requests = os.pipe()
        self._answers, answers = os.pipe()
        for pipe in (requests, answers):
            try:
                fcntl.fcntl(pipe, _SET_PIPE_SIZE, 1 << 20)
            except OSError:
                pass  # it is a matter of speed, and macOS has no such call
        command = [node, str(program), str(requests), str(answers)]
        try:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=(requests, answers))
        finally:
            os.close(requests)
            os.close(answers)
        self.owner = os.getpid()
        self.envs = set()
        self.is_over = False
        self._lock = threading.Lock()

    def call(self, name, env=0, message=None, values=b""):
        """:returns: JSON of the answer, its values as a bytearray, reward, terminated, truncated"""
        text = b"" if message is None else json.dumps(message).encode()
        with self._lock:
            try:
                self._write(REQUEST.pack(CALLS[name], env, len(text), len(values)) + text + values)
                head = self._read(ANSWER.size)
                failed, terminated, truncated, text, values, reward = ANSWER.unpack(head)
                text = self._read(text)
                values = self._read(values)
            except (BrokenPipeError, EOFError):
                raise self._ended(name) from None
        answer = json.loads(text.decode()) if text else None
        if failed:
            raise ThroughlineError(answer["message"], answer["code"])
        return answer, values, reward, bool(terminated), bool(truncated)

    def make(self, maze, options, lanes):
        """:returns: the environment's number, and its spaces and spec"""
        answer = self.call("make", message={"id": maze, "options": options, "lanes": lanes})[0]
        self.envs.add(answer["env"])
        return answer["env"], answer["about"]

    def close_env(self, env):
        """Closes an environment, and the process with the last one."""
        if env not in self.envs or self.owner != os.getpid():
            return
        self.envs.discard(env)
        if self.is_over:
            return
        self.call("close", env)
        if not self.envs:
            self._end()

    def _end(self):
        self.is_over = True
        os.close(self._requests)
        os.close(self._answers)
        return self._process.wait()

    def _ended(self, name):
        code = self._end()
        how = "signal %d" % -code if code < 0 else "exit code %d" % code
        return ThroughlineError("the Node process of the mazes ended during %s (%s)" % (name, how))

    def _write(self, data):
        view = memoryview(data)
        while view:
            view = view[os.write(self._requests, view) :]

    def _read(self, count):
        data = bytearray(count)
        view = memoryview(data)
        while view:
            got = os.readv(self._answers, [view])
            if got == 0:
                raise EOFError
            view = view[got:]
        return data


_server = None


def server():
    """The Node process of this process; it begins with the first environment."""
    global _server
    if _server is None or _server.is_over or _server.owner != os.getpid():
        _server = Server()
    return _server


def info_of(facts):
    """Facts as Gymnasium's info, in which `episode` belongs to RecordEpisodeStatistics and its like."""
    return {("episode_number" if name == "episode" else name): value for name, value in facts.items()}


def options_of(keywords):
    """Options with the names of TypeScript."""

    def name(key):
        first, *rest = key.split("_")
        return first + "".join(word.capitalize() for word in rest)

    return {name(key): value for key, value in keywords.items()}
