"""Runs a program at a pseudo-terminal for each way to end, and prints what it wrote and how it left the terminal, as JSON."""

import fcntl
import json
import os
import pty
import signal
import struct
import sys
import termios

program = sys.argv[1:]
signal.alarm(600)  # rather than to wait for ever


def run(how):
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(program[0], [*program, how])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 90, 0, 0))
    written = b""

    def read_until(word):
        nonlocal written
        while word not in written:
            try:
                written += os.read(terminal, 4096)
            except OSError:  # the other side is closed
                return

    read_until(b"ready" if how != "exit" else b"\x1b[?1049l")
    cooked = termios.ICANON | termios.ECHO
    raw = termios.tcgetattr(terminal)[3] & cooked
    if how == "quit":
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 50, 0, 0))
        read_until(b"now 50 20")
        os.write(terminal, b"w\x1b[Aq")
    if how == "listener":
        os.write(terminal, b"x")
    if how in ("SIGTERM", "SIGHUP", "SIGINT"):
        os.kill(pid, getattr(signal, how))
    read_until(b"\x1b[?1049l")
    after = termios.tcgetattr(terminal)[3] & cooked
    read_until(b"nothing more that it says")
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return {"written": written.decode(), "raw": raw, "cooked": after == cooked, "status": status}


print(json.dumps({how: run(how) for how in ("quit", "throw", "listener", "exit", "SIGTERM", "SIGHUP", "SIGINT")}))
