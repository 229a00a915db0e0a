// Launchers of tests, whose cells are functions: nothing is started.
import type { CellEnd, CellJob, CellProgress, JobState, Launcher } from "@throughline/lab";

/** A cell of a puppet launcher. */
export interface PuppetCell {
  readonly ended: Promise<CellEnd>;
  stop(): void;
  kill(): void;
}

/** A launcher that starts cells by a function, at most `capacity` cores of them. */
export function puppetLauncher(
  capacity: number,
  start: (job: CellJob, report: (progress: CellProgress) => void) => PuppetCell,
): Launcher {
  const cells: { readonly cell: PuppetCell; progress?: CellProgress; end?: CellEnd }[] = [];
  const stateOf = ({ progress, end }: (typeof cells)[number]): JobState =>
    end === undefined ? { phase: "running", progress } : { phase: "ended", progress, end };
  return {
    name: "puppets",
    capacity,
    pollEvery: 2,
    outlives: false,
    async submit(_folder, jobs) {
      return jobs.map((job) => {
        let progress: CellProgress | undefined;
        const cell = start(job, (one) => {
          progress = one;
        });
        const entry: (typeof cells)[number] = {
          cell,
          get progress() {
            return progress;
          },
        };
        void cell.ended.then((end) => {
          entry.end = end;
        });
        return String(cells.push(entry) - 1);
      });
    },
    poll: async (_folder, ids) => ids.map((id) => stateOf(cells[Number(id)]!)),
    async cancel(_folder, ids, how) {
      for (const id of ids) cells[Number(id)]!.cell[how]();
    },
    logs: async () => "",
    live: async () => new Map(),
  };
}
