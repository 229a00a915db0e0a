"""JAX's side of `npm run bench -- flossing` (jit, scan): reads a request a line, answers with milliseconds a repetition."""
import json
import math
import os
import sys

threads = int(sys.argv[1])
if hasattr(os, "sched_setaffinity"):  # XLA's thread pool has the size of what the process may use
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])

import jax
from clock import now
import jax.numpy as jnp

UNITS, EXPONENTS, FLOSS_STEPS, SKIP, BATCH, STEPS, DELAY = 80, 75, 55, 16, 16, 300, 20
keys = jax.random.split(jax.random.PRNGKey(0), 8)
net = dict(
    J=jax.random.normal(keys[0], (UNITS, UNITS)) / math.sqrt(UNITS),
    w=jax.random.normal(keys[1], (UNITS, 1)),
    b=0.1 * jax.random.uniform(keys[2], (UNITS, 1)),
)
x0 = jax.random.normal(keys[4], (UNITS, BATCH))
rest = dict(wr=jax.random.normal(keys[3], (1, UNITS)), off=jnp.zeros(1), x0=x0)
Q0 = jnp.linalg.qr(jax.random.normal(keys[5], (UNITS, EXPONENTS)))[0]


def floss_loss(p, s):
    def body(carry, st):
        x, Q = carry
        x = p["J"] @ jnp.tanh(x) + p["b"] + p["w"] * st
        Q, R = jnp.linalg.qr((1 - jnp.tanh(x) ** 2) * (p["J"] @ Q))
        return (x, Q), jnp.log(jnp.abs(jnp.diagonal(R)))

    _, logs = jax.lax.scan(body, (x0[:, :1], Q0), s)
    return jnp.mean(jnp.mean(logs[SKIP:], 0) ** 2)


def task_loss(p, s):
    def body(x, st):
        x = p["J"] @ jnp.tanh(x) + p["b"] + p["w"] * st[None]
        return x, (p["wr"] @ x)[0]

    _, r = jax.lax.scan(body, p["x0"], s)
    y = jnp.abs(s[DELAY // 2 : STEPS - DELAY // 2] - s[: STEPS - DELAY])
    r = r[DELAY:] + p["off"]
    return jnp.mean(jnp.maximum(r, 0) - r * y + jnp.log1p(jnp.exp(-jnp.abs(r))))


def adam(p, g, m, v, t):
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
    rate = lambda p, m, v: p - 1e-3 * (m / (1 - 0.9**t)) / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return jax.tree.map(rate, p, m, v), m, v


def case(loss, parameters, shape, repeats):
    """A training loop whose every step, drawing the bits included, is one compiled call."""

    @jax.jit
    def step(p, m, v, t, key):
        key, own = jax.random.split(key)
        s = jax.random.bernoulli(own, 0.5, shape).astype(jnp.float32)
        g = jax.grad(loss)(p, s)
        return (*adam(p, g, m, v, t), t + 1, key)

    zeros = jax.tree.map(jnp.zeros_like, parameters)
    state = [(parameters, zeros, zeros, 1.0, keys[6])]

    def run():
        for _ in range(repeats):
            state[0] = step(*state[0])
        jax.block_until_ready(state[0])

    return run, repeats


CASES = {
    "floss": lambda: case(floss_loss, net, (FLOSS_STEPS,), 40),
    "task": lambda: case(task_loss, {**net, **rest}, (STEPS, BATCH), 40),
}
ready = {}
for line in sys.stdin:
    name = json.loads(line)["case"]
    if name not in ready:
        ready[name] = CASES[name]()
    run, repeats = ready[name]
    start = now()
    run()
    print(json.dumps({"ms": (now() - start) * 1e3 / repeats}), flush=True)
