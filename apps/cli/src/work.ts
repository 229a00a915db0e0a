// Mark that something runs whose files matter more than its output: then a reader that goes away ends nothing.
export const work = { busy: false };
