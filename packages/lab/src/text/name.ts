// Names of runs and sweeps: folders on any disk, words on any command line.
import { LabError } from "../errors.js";

/** Characters of a name. */
export const LONGEST_NAME = 100;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** @param what is named, such as `a run`. @throws LabError lab/name unless the name is accepted */
export function checkName(what: string, name: string): void {
  if (NAME.test(name) && name.length <= LONGEST_NAME) return;
  const said = JSON.stringify(name.length > LONGEST_NAME ? `${name.slice(0, 20)}…` : name);
  throw new LabError(
    "lab/name",
    `${said} cannot name ${what}: give letters (a to z), digits, ., _ and -, a letter or digit first, ${LONGEST_NAME} characters at most`,
  );
}

/** The nearest name that is accepted: `my table` becomes `my-table`. */
export function nameFrom(text: string): string {
  const name = text.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+|-+$/g, "");
  return name.slice(0, LONGEST_NAME) || "unnamed";
}
