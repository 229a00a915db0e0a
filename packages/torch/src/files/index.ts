// Access to files that users name: regular files only, of bounded size, errors in one sentence. Importing it does not load
// the engine.
export { parseTable, type RefuseTable, readTable, type TableLimits, type TextTable } from "./csv.js";
export { makeFolder } from "./folder.js";
export { hashOf, hashOfContent } from "./hash.js";
export { fileRefuser } from "./open.js";
export { ProtoMessage } from "./protobuf.js";
export { type ReadOptions, readBytes, readJsonFile, readStart, readText, usualLimit } from "./read.js";
export { type ReplaceOptions, replaceFile, syncFolder, writeAll } from "./replace.js";
