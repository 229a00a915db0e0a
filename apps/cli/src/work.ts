// Whether something runs whose files matter more than its words: then a reader that goes away ends nothing.
export const work = { busy: false };
