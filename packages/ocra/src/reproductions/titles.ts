// Reproductions by name, in the paper's order, without what they import.
import type { Reproduction } from "@throughline/lab";

/** Title of each reproduction. */
export const titles = {
  "ocra/all": "OCRA: tables 1 and S11 to S17",
  "ocra/table-1": "What each part of OCRA is worth",
  "ocra/s11": "Same or different: accuracy by objects held out",
  "ocra/s12": "Relational match-to-sample: accuracy by objects held out",
  "ocra/s13": "Distribution of 3: accuracy by objects held out",
  "ocra/s14": "Identity rules: accuracy by objects held out",
  "ocra/s15": "CLEVR-ART: rendered scenes",
  "ocra/s16": "SVRT: same and different",
  "ocra/s17": "SVRT: spatial relations",
} as const;

/** Name of a reproduction. */
export type ReproductionName = keyof typeof titles;

/** Name and title of a reproduction. */
export function named(name: ReproductionName): Pick<Reproduction, "name" | "title"> {
  return { name, title: titles[name] };
}
