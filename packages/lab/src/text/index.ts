// Text for terminals and shells. Without imports, so that a command can use it before it has loaded anything else.
export { checkName, LONGEST_NAME, nameFrom } from "./name.js";
export { shownPath } from "./path.js";
export { commandLine, shellQuote } from "./shell.js";
export { visible, visibleJson, visibleLine } from "./visible.js";
