// Mixed precision: this list is `amp`.
export {
  type AutocastDType,
  type AutocastOptions,
  autocast,
  getAutocastDtype,
  isAutocastEnabled,
} from "./autocast.js";
export { GradScaler } from "./grad-scaler.js";
export type { GradScalerOptions, GradScalerState } from "./scaler-options.js";
