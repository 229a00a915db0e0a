// The checks of arguments that all packages share. Importing them does not load the engine.
export {
  anyNumber,
  atLeast,
  between,
  callback,
  checkOptions,
  decayRates,
  flag,
  knownOptions,
  numberPair,
  type OptionNames,
  oneOf,
  optional,
  positive,
  type Rule,
  type Rules,
  refusal,
  required,
  text,
  whole,
} from "./options.js";
export { show } from "./show.js";
export { nearest, suggestion } from "./suggest.js";
export {
  checkIndex,
  checkShape,
  choice,
  finiteNumber,
  notAccepted,
  numberBetween,
  pathText,
  positiveNumber,
  wholeNumber,
} from "./values.js";
export { plural, problemList } from "./words.js";
