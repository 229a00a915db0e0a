"""robosuite plays actions from a state, for `node bench/dist/manipulation-check.js`: what is asked comes as JSON, poses go back as JSON.

robosuite 1.5 differs from 1.2, whose behaviour ours is, in two ways that are undone here: it moves the fingers' target once an action
instead of in each step of the simulation, and it samples observations after the first of these steps. Poses are read from the
simulation itself after the last one.
"""
import contextlib
import json
import sys

import numpy as np

with contextlib.redirect_stdout(sys.stderr):
    import robosuite
    import robosuite.environments.manipulation.lift as lift

asked = json.load(sys.stdin)
half = asked.get("half")
if half:
    box = lift.BoxObject
    lift.BoxObject = lambda **words: box(**{**words, "size_min": half, "size_max": half})

names = {"Lift-v0": ("Lift", "cube"), "Can-v0": ("PickPlaceCan", "Can"), "Square-v0": ("NutAssemblySquare", "SquareNut")}
name, thing = names[asked["id"]]
with contextlib.redirect_stdout(sys.stderr):
    env = robosuite.make(
        name, robots="Panda", has_renderer=False, has_offscreen_renderer=False, use_camera_obs=False,
        control_freq=20, horizon=10_000, ignore_done=True, seed=0,
    )
    env.reset()
sim, robot = env.sim, env.robots[0]
model, data = sim.model._model, sim.data._data

# Their state: 9 numbers of the robot, then each object's; ours has one object.
place = sim.model.get_joint_qpos_addr(f"{thing}_joint0")[0]
positions = data.qpos.copy()
positions[:9] = asked["positions"][:9]
positions[place : place + 7] = asked["positions"][9:16]
data.qpos[:] = positions
data.qvel[:] = 0
sim.forward()
controller = robot.part_controllers["right"]
controller.update_initial_joints(np.array(asked["positions"][:7]))
robot.composite_controller.reset()

grip = model.site("gripper0_right_grip_site").id
hand = model.body("robot0_right_hand").id
body = model.body(f"{thing}_main").id
fingers = [model.actuator(f"gripper0_right_gripper_finger_joint{i}").id for i in (1, 2)]
target = 0.0
control = robot.control


def control_as_before(action, policy_step=False):
    global target
    control(action, policy_step=policy_step)
    target = float(np.clip(target + 0.01 * np.sign(action[-1]), -1, 1))
    data.ctrl[fingers] = [0.02 * (1 - target), -0.02 * (1 - target)]


robot.control = control_as_before
steps = []
for action in asked["actions"]:
    env.step(np.array(action))
    sim.forward()
    steps.append({
        "grip": data.site_xpos[grip].tolist(),
        "hand": np.roll(data.xquat[hand], -1).tolist(),
        "fingers": data.qpos[7:9].tolist(),
        "object": data.xpos[body].tolist(),
        "joints": data.qpos[:7].tolist(),
        "success": bool(env._check_success()),
    })
json.dump({"steps": steps}, sys.stdout)
