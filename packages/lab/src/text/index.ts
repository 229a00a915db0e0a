// Words on their way out: to a terminal, to a shell. Free of everything else, so that a command may use it before it has
// loaded anything.
export { checkName, LONGEST_NAME, nameFrom } from "./name.js";
export { shownPath } from "./path.js";
export { commandLine, shellQuote } from "./shell.js";
export { visible, visibleJson, visibleLine } from "./visible.js";
