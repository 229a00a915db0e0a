/** Every failure the lab knows: one clear sentence (or one a problem) and a stable `code` such as `"lab/config"`. */
export class LabError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "LabError";
    this.code = code;
  }
}
