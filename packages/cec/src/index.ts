// Cross-Episodic Curriculum: so far its source agents and their learning histories.
export { AgenticTransformer, type AgenticTransformerOptions } from "./baselines/agentic-transformer.js";
export { DecisionTransformer } from "./baselines/decision-transformer.js";
export { LstmPolicy, type LstmPolicyOptions } from "./baselines/lstm-policy.js";
export { keptEpisodes, type Method, type MethodName, methods, wantedReturn } from "./baselines/methods.js";
export { SourcePolicy } from "./baselines/source-policy.js";
export { TokenPolicy, type TokenPolicyOptions } from "./baselines/token-policy.js";
export { CecError, cecFaults } from "./errors.js";
export { type HistoryCard, type HistoryOptions, LearningHistory } from "./histories/history.js";
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
  shapedReward,
  type Update,
} from "./source/ppo.js";
export { type RunAgent, runAgent } from "./source/run-agent.js";
export { type LevelTest, testArtifact } from "./source/test-file.js";
