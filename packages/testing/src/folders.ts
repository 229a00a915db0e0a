// Empty folders that go by themselves.
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished } from "vitest";

const make = (): string => realpathSync(mkdtempSync(join(tmpdir(), "throughline-test-")));
const remove = (path: string): void => rmSync(path, { recursive: true, force: true, maxRetries: 5 });

/** An empty folder that is gone when the tests of the file (or of the `describe` block) are done. */
export function fileFolder(): string {
  const path = make();
  afterAll(() => remove(path));
  return path;
}

/** An empty folder that is gone after the test. */
export function testFolder(): string {
  const path = make();
  onTestFinished(() => remove(path));
  return path;
}
