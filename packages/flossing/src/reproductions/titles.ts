// Reproductions by name, in the paper's order, without what they import.
import type { Reproduction } from "@throughline/lab";

/** Title of each reproduction. */
export const titles = {
  "flossing/demo": "One net, one task, without and with flossing: a minute",
  "flossing/all": "Gradient flossing: every figure, the appendix and the controls",
  "flossing/fig1": "Gradient flossing controls Lyapunov exponents",
  "flossing/fig2": "Flossing tames the condition number of the long-term Jacobian",
  "flossing/fig3": "Flossing before training lets nets learn longer delays",
  "flossing/fig4": "Flossing during training bridges longer delays still",
  "flossing/fig5": "Longer delays need more flossed exponents",
  "flossing/orthogonal": "Orthogonal nets gain from flossing too",
  "flossing/throughout": "Flossing that never stops",
  "flossing/gradient": "Gradients reach the initial state",
  "flossing/gru": "Flossing GRUs",
  "flossing/lstm": "Flossing LSTMs",
  "flossing/controls": "Controls at equal compute",
  "flossing/adaptive": "When to floss during training",
  "flossing/robustness": "Whether flossing depends on rounding",
} as const;

/** Name of a reproduction. */
export type ReproductionName = keyof typeof titles;

/** Name and title of a reproduction. */
export function named(name: ReproductionName): Pick<Reproduction, "name" | "title"> {
  return { name, title: titles[name] };
}
