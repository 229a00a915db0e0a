// Threads and jobs never add up to more than the cores.
import { divide } from "@throughline/lab";
import fc from "fast-check";
import { expect, test } from "vitest";

test("whatever is asked for: at least one of each, never more threads than cores", () => {
  const some = fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined });
  const request = fc.record({
    cells: fc.integer({ min: 1, max: 500 }),
    jobs: some,
    threads: some,
    cores: fc.integer({ min: 1, max: 128 }),
    onCpu: fc.boolean(),
  });
  fc.assert(
    fc.property(request, (asked) => {
      const { jobs, threads } = divide(asked);
      expect(jobs).toBeGreaterThanOrEqual(1);
      expect(threads).toBeGreaterThanOrEqual(1);
      expect(jobs * threads).toBeLessThanOrEqual(asked.cores);
      expect(jobs).toBeLessThanOrEqual(Math.min(asked.cells, asked.jobs ?? asked.cores));
      expect(threads).toBeLessThanOrEqual(asked.threads ?? asked.cores);
    }),
  );
});

test.each([
  [
    { cells: 9, cores: 8 },
    { jobs: 8, threads: 1 },
  ],
  [
    { cells: 3, cores: 8 },
    { jobs: 3, threads: 2 },
  ],
  [
    { cells: 9, cores: 8, jobs: 2 },
    { jobs: 2, threads: 4 },
  ],
  [
    { cells: 9, cores: 8, threads: 4 },
    { jobs: 2, threads: 4 },
  ],
  [
    { cells: 9, cores: 8, onCpu: false },
    { jobs: 1, threads: 8 },
  ],
  [
    { cells: 9, cores: 1 },
    { jobs: 1, threads: 1 },
  ],
])("%j gives %j", (asked, given) => expect(divide(asked)).toMatchObject({ ...given, remarks: [] }));

test("what cannot be given is said", () => {
  expect(divide({ cells: 9, cores: 2, jobs: 3 })).toMatchObject({
    jobs: 2,
    threads: 1,
    remarks: ["3 jobs on 2 cores would slow each other down; running 2 at once"],
  });
  expect(divide({ cells: 9, cores: 4, jobs: 2, threads: 4 })).toMatchObject({
    threads: 2,
    remarks: ["4 threads for each of 2 jobs are more than 4 cores; using 2 each"],
  });
});
