/** Every failure of this package: one clear sentence and a stable `code` such as `"io/truncated"`. */
export class TorchError extends Error {
  readonly code: string;
  readonly op: string | undefined;

  constructor(code: string, message: string, options: { cause?: unknown; op?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "TorchError";
    this.code = code;
    this.op = options.op;
  }
}
