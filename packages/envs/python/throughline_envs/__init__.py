"""The first-person mazes of Throughline as environments of Gymnasium.

>>> import gymnasium, throughline_envs
>>> env = gymnasium.make("throughline/SmallGoalMaze-v0", rooms=1)
>>> envs = gymnasium.make_vec("throughline/SmallGoalMaze-v0", num_envs=16, rooms=1)

Options are those of the npm package `@throughline/envs`, with underscores: `rooms`, `radius`, `difficulty`, `height`, `width`,
`field_of_view`, `pitch`, `actions`, `action_repeat`, `horizon`, `reveal_goal`. Node draws the mazes, in one process for all environments.
"""

import gymnasium

from .maze_env import MazeEnv
from .maze_vector_env import MazeVectorEnv
from .server import ThroughlineError

__all__ = ["IDS", "MazeEnv", "MazeVectorEnv", "ThroughlineError"]

#: Ids of the mazes, which stand behind `throughline/`.
IDS = [
    "GoalMaze-v0",
    "ObstructedGoalMaze-v0",
    "Watermaze-v0",
    "IrreversiblePath-v0",
    "SmallGoalMaze-v0",
    "SmallObstructedGoalMaze-v0",
    "SmallWatermaze-v0",
    "SmallIrreversiblePath-v0",
]

for _id in IDS:
    gymnasium.register(
        id="throughline/" + _id,
        entry_point="throughline_envs:MazeEnv",
        vector_entry_point="throughline_envs:MazeVectorEnv",
        kwargs={"maze": _id},
    )
