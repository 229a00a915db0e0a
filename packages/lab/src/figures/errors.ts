/** A figure that cannot be drawn: one sentence that says which part of it, what was given and what is accepted. */
export class FigureError extends Error {
  /** Stable, such as `figure/axis-label`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "FigureError";
    this.code = `figure/${code}`;
  }
}
