// Files that a command line names, looked at before the work that fills them.
import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "@throughline/lab";
import { EnvError } from "../errors.js";

/** Makes the folder of a new file. @throws EnvError `envs/film` if something is there; LabError `lab/disk` */
export function checkNew(out: string): void {
  if (existsSync(out)) {
    const what = statSync(out).isDirectory() ? "a folder" : "there already";
    throw new EnvError("film", `${out} is ${what}; name another file with --out`);
  }
  makeFolder(dirname(out));
}
