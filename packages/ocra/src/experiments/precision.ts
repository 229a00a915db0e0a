// The precision of training, as an option.
import { option } from "@throughline/lab";
import { z } from "zod";

export const precision: z.ZodDefault<z.ZodEnum<{ float32: "float32"; bfloat16: "bfloat16" }>> = option(
  z.enum(["float32", "bfloat16"]).default("float32"),
  "Precision of matrix products and convolutions; bfloat16 is mixed precision, for GPUs.",
);
