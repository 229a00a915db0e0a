// Mixed precision, where it is asked for.
import { amp } from "@throughline/torch";
import type { Precision } from "./precision.js";

/** Runs `body`, its products in `precision`. @param device where its tensors are */
export function mixed<T>(precision: Precision, device: string, body: () => T): T {
  return precision === "float32" ? body() : amp.autocast({ device, dtype: precision }, body);
}
