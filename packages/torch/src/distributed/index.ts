// Several processes, one model (`torch.distributed`).
export {
  broadcastModule,
  DistributedDataParallel,
  type DistributedDataParallelOptions,
} from "./data-parallel.js";
export { fromEnvironment, type Membership } from "./environment.js";
export { sumGradients } from "./gradients.js";
export { initProcessGroup, ProcessGroup, type ProcessGroupOptions, type ReduceOp } from "./process-group.js";
export { type Place, type Share, shareOf } from "./share.js";
