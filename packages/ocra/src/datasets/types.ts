// Interfaces of data sets of pictures: displays to pre-train slot attention with, and problems to solve.
import type { data } from "@throughline/torch";

/** Size of a picture. */
export interface PictureShape {
  /** 1 grey, 3 red, green, blue. */
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** A picture and who owns each pixel. */
export interface Display {
  /** [channels, height, width], 0 to 1; 1 is white. */
  readonly image: Float32Array;
  /** [height, width]: 0 where no object is, else the number of the object (1, 2, …) that covers most of the pixel. */
  readonly owners: Uint8Array;
  readonly shape: PictureShape;
}

/** One problem as a model sees it. */
export interface Problem {
  /** [views, channels, height, width], 0 to 1: one picture for a yes/no task, one per candidate answer for a choice. */
  readonly images: Float32Array;
  /** 0 or 1 for a yes/no task, the number of the right picture for a choice. */
  readonly target: number;
  readonly shape: PictureShape;
}

/** Displays by number. Load them with `collateDisplays`. */
export interface DisplaySet extends data.Dataset<Display> {
  readonly name: string;
  readonly shape: PictureShape;
  /** The options it was made with, complete, as data set cards say them. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Set without flips, for a set whose pictures are flipped at every access; files keep this one. */
  readonly unflipped?: DisplaySet;
}

/** Problems by number. Load them with `collateProblems`. */
export interface TaskSet extends data.Dataset<Problem> {
  readonly name: string;
  readonly shape: PictureShape;
  /** Same as in `DisplaySet`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Same as in `DisplaySet`. */
  readonly unflipped?: TaskSet;
  /** `binary`: one view, its score through a sigmoid; `choice`: a softmax over the scores of the views. */
  readonly form: "binary" | "choice";
  readonly views: number;
  /** Describes problem `index`. Does not depend on jitter: the same at every call. */
  describe(index: number): ProblemDescription;
}

/** Description of a problem, for solvers, captions and explanations. */
export interface ProblemDescription {
  /** The rule that makes the answer right: `same`, `different`, `ABA`, … */
  readonly rule: string;
  /** Same as in `Problem`. */
  readonly target: number;
  /** Meaning of the answer, in words, as in captions. */
  readonly answer: string;
  /** The objects of each view, in the order in which they are drawn; empty where they are not known. */
  readonly views: readonly (readonly PlacedObject[])[];
}

/** An object in a picture. */
export interface PlacedObject {
  /** Number of the object: equal numbers in one data set are the same object. */
  readonly object: number;
  /** Name of the object, such as `☯ U+262F` or `small cyan rubber cube`. */
  readonly name: string;
  /** Role of the object: `source`, `choice`, `row 1`, … */
  readonly role: string;
  /** Its centre before any jitter, as fractions of the picture's height and width. */
  readonly row: number;
  readonly column: number;
}

/** A data set that worker threads can make. */
export interface NamedDataSet {
  /** Such as `art/rmts`; see the catalogue of data sets. */
  readonly name: string;
  readonly options?: Readonly<Record<string, unknown>>;
}
