"""A terminal for a command: terminal.py END KEYS COMMAND…

Types each of KEYS after the answer to the one before was seen (U is the arrow up, R to the right, * waits until an episode has
ended, a blank does nothing), then END (`term` is SIGTERM), and says as JSON what the terminal was like.
"""
import fcntl, json, os, pty, re, select, signal, struct, sys, termios, time

end, keys, command = sys.argv[1], sys.argv[2], sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 120, 0, 0))
before = termios.tcgetattr(terminal)
out = b""


def read(seconds):
    global out
    if not select.select([terminal], [], [], seconds)[0]:
        return
    try:
        out += os.read(terminal, 1 << 16)
    except OSError:
        time.sleep(0.05)


def seen(pattern, start, seconds=300):
    limit = time.time() + seconds
    while time.time() < limit and not re.search(pattern, out[start:]):
        read(0.1)


STATUS = rb"(episode \d+) \xc2\xb7 (step \d+)/"
seen(STATUS, 0)
raw = not termios.tcgetattr(terminal)[3] & (termios.ICANON | termios.ECHO)
for key in keys.replace(" ", ""):
    start = len(out)
    if key == "*":
        seen(rb"reached in \d+ steps", 0)
        continue
    os.write(terminal, {"U": b"\x1b[A", "R": b"\x1b[C"}.get(key, key.encode()))
    seen(STATUS, start)
if end == "term":
    os.kill(pid, signal.SIGTERM)
else:
    os.write(terminal, end.encode().decode("unicode_escape").encode())
while True:
    done, status = os.waitpid(pid, os.WNOHANG)
    if done:
        break
    read(0.1)
read(0.2)
after = termios.tcgetattr(terminal)
states = []
for episode, step in re.findall(STATUS, out):
    state = (episode + b" " + step).decode()
    if not states or states[-1] != state:
        states.append(state)
left = out.rfind(b"\x1b[?25h\x1b[?1049l")
print(
    json.dumps(
        {
            "raw": raw,
            "restored": after == before,
            "cursor": left > out.rfind(b"\x1b[?25l"),
            "states": states,
            "exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0,
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            "after": re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", out[left:].decode("utf8", "replace")),
        }
    )
)
