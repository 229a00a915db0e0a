// Sources of the published figures, and the certainty of their numbers.
/** The paper. */
export const paper = "R. Engelken, Gradient Flossing, NeurIPS 2023 (arXiv:2312.17306)";

/** The paper's text was not at hand: numbers of its figures are recalled, and shown as words, not compared. */
export const recalled = (text: string): string => `read from memory: ${text}`;

export const notes = {
  recalled:
    "The full text of the paper was not available when this was written: captions and numbers of its figures are from memory, " +
    "and the tables say so. Settings are those of the author's released code (github.com/RainerEngelken/GradientFlossing, " +
    "3001 epochs; the paper may have trained for 10,000).",
  scoring:
    "Only steps whose answer can be known from the visible inputs are scored, so 1 is within reach (the released code scores " +
    "one step more, whose answer is a guess). Accuracy is measured on 20 fresh batches after training.",
} as const;
