// Errors of what was typed.
import { FlossingError } from "../errors.js";

/** The error for flags, files and runs that a verb cannot use. @param sentence what was given, and what is accepted */
export function refuse(sentence: string): FlossingError {
  return new FlossingError("flossing/argument", sentence);
}
