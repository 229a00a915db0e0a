// Cross-Episodic Curriculum: source agents and their learning histories, curricula, policies, training and evaluation.

export { AgenticTransformer, type AgenticTransformerOptions } from "./baselines/agentic-transformer.js";
export { DecisionTransformer } from "./baselines/decision-transformer.js";
export { LstmPolicy, type LstmPolicyOptions } from "./baselines/lstm-policy.js";
export { keptEpisodes, type Method, type MethodName, methods, wantedReturn } from "./baselines/methods.js";
export { evaluateSourceRun, type SourceRunOptions } from "./baselines/oracle.js";
export { RecurrentPolicy, type RecurrentPolicyOptions } from "./baselines/recurrent-policy.js";
export { SourcePolicy } from "./baselines/source-policy.js";
export { TokenPolicy, type TokenPolicyOptions } from "./baselines/token-policy.js";
export {
  type ImportedPolicy,
  importPolicy,
  openPolicyFile,
  type PolicyImportOptions,
  savePolicyFile,
} from "./checkpoints/import.js";
export type { SequenceBatch } from "./curricula/batch.js";
export {
  Curriculum,
  type CurriculumOptions,
  type CurriculumState,
  type SamplePlace,
} from "./curricula/curriculum.js";
export type { CurriculumEpisode, CurriculumLevel, OrderedEpisodes, StoreRef } from "./curricula/episode.js";
export { type CurriculumFigureOptions, curriculumFigure } from "./curricula/figure.js";
export {
  completionTimeLevels,
  expertiseLevels,
  type Granularity,
  lastEpisodes,
  type SpacedOptions,
  spacedLevels,
} from "./curricula/levels.js";
export { type CurriculumOrder, ORDERS } from "./curricula/order.js";
export {
  type CountOptions,
  type EpisodeSpacing,
  type SamplingRule,
  type SpacingOptions,
  sampling,
} from "./curricula/sampling.js";
export { CecError, cecFaults } from "./errors.js";
export { cecAttention } from "./evaluation/attention.js";
export { successDifference } from "./evaluation/difference.js";
export { type EvaluationOptions, evaluateRuns } from "./evaluation/evaluate.js";
export {
  type AttentionFigureOptions,
  attentionOverEpisodes,
  type BarGroup,
  type CurveRow,
  successBars,
  successByEpisode,
} from "./evaluation/figures.js";
export { filmOfRun, type RunFilmOptions, writeRunFilm } from "./evaluation/film.js";
export type { AttentionProbe } from "./evaluation/looks.js";
export {
  harder,
  type MazeSetting,
  mazeSetting,
  mazesOf,
  VARIANTS,
  type Variant,
  variantOf,
} from "./evaluation/mazes.js";
export { nestedMean } from "./evaluation/nested.js";
export type { PlayedEnv } from "./evaluation/played-env.js";
export {
  type AutoProtocol,
  auto,
  Course,
  type FixedProtocol,
  fixed,
  type LearningProgressProtocol,
  learningProgress,
  type Protocol,
  protocols,
} from "./evaluation/protocol.js";
export {
  type EvaluationResult,
  evaluationArtifact,
  type Look,
  parseEvaluation,
  type RunEpisode,
  readEvaluation,
  scoredSuccess,
} from "./evaluation/result.js";
export {
  type EpisodeCurve,
  type EvaluationSummary,
  episodeCurve,
  type Measure,
  summarise,
} from "./evaluation/summary.js";
export { type EvaluationRow, evaluationMarkdown, evaluationText } from "./evaluation/table.js";
export { constantWindowMaximum, type Spread, windowMaximum } from "./evaluation/window.js";
export { demonstrateExperiment } from "./experiments/demonstrate/experiment.js";
export { evaluateExperiment } from "./experiments/evaluate/experiment.js";
export { imitateExperiment } from "./experiments/imitate/experiment.js";
export {
  type ImitatorInterface,
  loadImitator,
  makeImitator,
  type TrainedImitator,
} from "./experiments/imitate/model.js";
export {
  checkpointSummary,
  checkpointsArtifact,
  type TestedCheckpoint,
} from "./experiments/imitate/scores.js";
export { trainExperiment } from "./experiments/train/experiment.js";
export {
  type Interface as PolicyInterface,
  loadPolicy,
  makePolicy,
  policyFile,
  savePolicy,
  type TrainedPolicy,
} from "./experiments/train/model.js";
export { type TrainSetting, trainSetting } from "./experiments/train/settings.js";
export { type HistoryCard, type HistoryOptions, LearningHistory } from "./histories/history.js";
export { SequenceAssembler, type SequenceOptions } from "./loading/assembler.js";
export {
  type ActionForm,
  checkData,
  checkEnvs,
  type DataCard,
  type DataNeeds,
  dataCard,
} from "./loading/data-card.js";
export { SequenceLoader, type SequenceLoaderOptions, type SequenceLoaderState } from "./loading/loader.js";
export type { ReturnsToGo } from "./loading/returns.js";
export { attentionEntropy, attentionWeights, type Band, bandedAttention } from "./nn/banded-attention.js";
export { ImpalaConvNet, type ImpalaSizes } from "./nn/impala.js";
export {
  type CameraInput,
  type CecPolicyOptions,
  type ConvNetInput,
  type NumbersInput,
  type PolicyInput,
  paperMazePolicy,
  paperRobotPolicy,
} from "./policies/cec-options.js";
export { CecPolicy } from "./policies/cec-policy.js";
export { ContinuousActions } from "./policies/continuous-actions.js";
export type { ObservationEncoder } from "./policies/encoders.js";
export { detached, forgotten, selected } from "./policies/memory.js";
export { NumberedActions } from "./policies/numbered-actions.js";
export { type SelfCheck, type SelfCheckOptions, selfCheck } from "./policies/self-check.js";
export type {
  ActionDistribution,
  Decision,
  Memory,
  SequencePolicy,
  Steps,
} from "./policies/sequence-policy.js";
export { context, granularity } from "./reproductions/ablations.js";
export { generalisation } from "./reproductions/generalisation.js";
export { main } from "./reproductions/main.js";
export { memory } from "./reproductions/memory.js";
export { robots } from "./reproductions/robots.js";
export { sourceAgents } from "./reproductions/source-agents.js";
export { generalisedAdvantages, type Returns } from "./source/advantages.js";
export { type AgentSizes, type Judgement, RecurrentAgent } from "./source/agent.js";
export {
  type Evaluation,
  evaluateAgent,
  evaluateOracle,
  evaluateRandom,
  type Place,
} from "./source/evaluate.js";
export { sourceExperiment } from "./source/experiment.js";
export { Learner, type LearnerOptions, type Progress } from "./source/learner.js";
export { Level, type PromotionRule } from "./source/levels.js";
export { type LossWeights, type Minibatch, type PpoLoss, ppoLoss } from "./source/loss.js";
export { agentPlayer, sourcePlayer } from "./source/player.js";
export { explainedVariance, Ppo, type PpoOptions, type Rates, type Update } from "./source/ppo.js";
export { shapedReward } from "./source/reward.js";
export { type RunAgent, runAgent } from "./source/run-agent.js";
export { type LevelTest, testArtifact } from "./source/test-file.js";
export { learningRate, type ScheduleOptions } from "./training/schedule.js";
export { backwardSequences, type Pass, type PassOptions } from "./training/sequence-loss.js";
export { SequenceTrainer, type TrainerOptions, type TrainingStep } from "./training/trainer.js";
