// Cross-Episodic Curriculum: so far its source agents and their learning histories.
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
export { type CountOptions, type SamplingRule, sampling } from "./curricula/sampling.js";
export { CecError, cecFaults } from "./errors.js";
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
export { ImpalaConvNet, type ImpalaSizes } from "./nn/impala.js";
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
export {
  explainedVariance,
  Ppo,
  type PpoOptions,
  type Rates,
  type Update,
} from "./source/ppo.js";
export { shapedReward } from "./source/reward.js";
export { type LevelTest, testArtifact } from "./source/test-file.js";
