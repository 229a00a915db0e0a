"""robosuite's side of `npm run bench -- manipulation`: actions with states, or with the pictures of two cameras drawn by Mesa on this thread."""
import contextlib
import json
import os
import sys

os.environ.setdefault("MUJOCO_GL", "egl")
os.environ.update(LIBGL_ALWAYS_SOFTWARE="1", GALLIUM_DRIVER="llvmpipe", LP_NUM_THREADS="0", OMP_NUM_THREADS="1")
with contextlib.redirect_stdout(sys.stderr):
    import numpy as np
    import robosuite
    from clock import now

NAMES = {"Lift-v0": "Lift", "Can-v0": "PickPlaceCan", "Square-v0": "NutAssemblySquare"}
REPEATS = 20


def make(name, pictures):
    env = robosuite.make(
        NAMES[name], robots="Panda", has_renderer=False, has_offscreen_renderer=pictures, use_camera_obs=pictures,
        camera_names=["agentview", "robot0_eye_in_hand"], camera_heights=84, camera_widths=84,
        control_freq=20, horizon=10**9, ignore_done=True, seed=0,
    )
    env.reset()
    return env


ready, at = {}, 0
for line in sys.stdin:
    case = json.loads(line)["case"]
    with contextlib.redirect_stdout(sys.stderr):
        if case not in ready:
            name, kind = case.split(",")
            ready[case] = make(name, kind == "pictures")
        env = ready[case]
        start = now()
        for _ in range(REPEATS):
            # To and fro above the table, as ours does.
            env.step(np.array([0, 0, 0.3 if at // 10 % 2 == 0 else -0.3, 0.05, 0, 0, -1]))
            at += 1
        ms = 1e3 * (now() - start) / REPEATS
    print(json.dumps({"ms": ms}), flush=True)
