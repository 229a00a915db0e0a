// Environments with Gymnasium's conventions.
export { type CheckEnvOptions, checkEnv } from "./check-env.js";
export type { Env, EnvSpec, Frame, Info, ResetOptions, Step } from "./env.js";
export { EnvError, envFaults } from "./errors.js";
export { GymnasiumEnv, type GymnasiumFacts, gymnasium, gymnasiumVector } from "./gymnasium/gymnasium-env.js";
export { type GymnasiumId, isGymnasiumId } from "./gymnasium/id.js";
export type { GymnasiumOptions, Keywords } from "./gymnasium/options.js";
export { ScriptedDemonstrator } from "./manipulation/demonstrators/scripted.js";
export { SKILLS, type Skill } from "./manipulation/demonstrators/skills.js";
export { ManipulationEnv, type ManipulationEnvState } from "./manipulation/manipulation-env.js";
export { type LowDimObservation, POLICY_KEYS } from "./manipulation/observations/low-dim.js";
export {
  CAMERAS,
  type CameraName,
  type ManipulationObservation,
} from "./manipulation/observations/pictures.js";
export type { ManipulationOptions } from "./manipulation/options.js";
export {
  emptyPoses,
  GEOM_TYPES,
  type GeomType,
  type SceneCamera,
  type ScenePoses,
  type SceneShapes,
} from "./manipulation/scene.js";
export { type Lamp, ScenePainter, type ScenePainterOptions } from "./manipulation/scene-painter.js";
export type { ManipulationState } from "./manipulation/simulation/state.js";
export { MANIPULATION_IDS, type ManipulationId } from "./manipulation/tasks/tasks.js";
export { ACTION_SETS, type ActionSetName, type Motion } from "./mazes/actions.js";
export type { MazeFacts } from "./mazes/episode.js";
export {
  type Complete,
  type GoalMazeOptions,
  type IrreversiblePathOptions,
  MAZES,
  type MazeKind,
  type ViewOptions,
  type WatermazeOptions,
} from "./mazes/kinds.js";
export type { Arena, Grid, Layout, Panel, Place, Sprite } from "./mazes/layout.js";
export { type MapMarks, type MapOptions, MazeMap } from "./mazes/map.js";
export { MazeEnv } from "./mazes/maze-env.js";
export { MazeVector } from "./mazes/maze-vector.js";
export { Oracle } from "./mazes/oracle.js";
export { shortestWay, type Way } from "./mazes/planner.js";
export type { Pose } from "./mazes/simulation.js";
export { TMaze, type TMazeOptions } from "./memory/t-maze.js";
export { Dict, MultiBinary, MultiDiscrete, Text, Tuple } from "./more-spaces.js";
export type { EpisodeSource } from "./recording/card.js";
export {
  type Demonstrations,
  recordDemonstrations,
  ScriptedEpisode,
  type ScriptedPlace,
} from "./recording/demonstrations.js";
export type { EpisodeDraft } from "./recording/draft.js";
export type { EpisodeEnd, EpisodeRecord, EpisodeStart } from "./recording/episode-record.js";
export { evenIndices } from "./recording/even.js";
export type { EpisodeCard, ValueArray, ValueForm } from "./recording/forms.js";
export { gripperProblem } from "./recording/gripper.js";
export { hdf5Masks } from "./recording/hdf5-masks.js";
export { episodesFromHdf5, type FromHdf5Options } from "./recording/hdf5-read.js";
export { episodesToHdf5, type ToHdf5Options } from "./recording/hdf5-write.js";
export { observeStates } from "./recording/observe-states.js";
export { type EpisodeFilter, type EpisodeMoves, EpisodeReader } from "./recording/reader.js";
export { RecordedEnv, type Stateful } from "./recording/recorded-env.js";
export { RecordedVector } from "./recording/recorded-vector.js";
export { Recording, type RecordingOptions } from "./recording/recording.js";
export { envOf, type ReplayEnv, replayObservations, replayProblem } from "./recording/replay.js";
export { STATE_GATE, stateReplay, stateReplayEnv } from "./recording/state-replay.js";
export { EpisodeWriter, type EpisodeWriterOptions } from "./recording/writer.js";
export { ENV_IDS, makeEnv, makeVector, mazeKind } from "./registry.js";
export { EpisodeSequence, type SequencePlace } from "./sequence.js";
export { BothCameras } from "./show/both-cameras.js";
export { type FilmFormat, writeFilm } from "./show/encode.js";
export { type Film, type FilmOptions, filmFormat, filmOf, recordFilm } from "./show/film.js";
export { play } from "./show/play.js";
export { oraclePlayer, type Player, type RunPlayer, randomPlayer } from "./show/player.js";
export { type AnyPlayer, filmOfRendered, type RenderedEpisode, recordRendered } from "./show/rendered.js";
export type { PlayOptions } from "./show/session.js";
export { previewSheet, type SheetOptions } from "./show/sheet.js";
export { type Bound, Box, type BoxDType, type BoxValue, Discrete, type Space } from "./spaces.js";
export { EnvVector } from "./vector/env-vector.js";
export type { EpisodeFacts, LaneEnd, VectorEnv, VectorStep } from "./vector/vector-env.js";
