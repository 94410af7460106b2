import type { Job } from './job.ts';

/** Shows the jobs of one wave while they run. */
export interface Table {
  /** Call when a job has changed its state. */
  changed(job: Job): void;
  /** Call when all jobs have ended. The table stays on the screen. */
  close(): void;
}

const REDRAW_MS = 100;

/** On a terminal with enough rows the table is redrawn in place. Elsewhere each change prints a line. */
export function openTable(jobs: readonly Job[], out: NodeJS.WriteStream): Table {
  const { isTTY, rows = 0 } = out;
  return isTTY === true && process.env.TERM !== 'dumb' && jobs.length + 2 < rows
    ? redrawn(jobs, out)
    : appended(jobs, out);
}

function redrawn(jobs: readonly Job[], out: NodeJS.WriteStream): Table {
  let drawn = false;
  const draw = () => {
    const { columns = 80 } = out;
    const up = drawn ? `\x1b[${jobs.length}A` : '';
    // The row is cut, because a wrapped row takes two lines. `\x1b[K` erases the rest of a longer row below it.
    out.write(up + jobs.map((job) => `${row(job, jobs).slice(0, columns - 1)}\x1b[K\n`).join(''));
    drawn = true;
  };
  draw();
  const timer = setInterval(draw, REDRAW_MS);
  return {
    changed: draw,
    close() {
      clearInterval(timer);
      draw();
    },
  };
}

function appended(jobs: readonly Job[], out: NodeJS.WriteStream): Table {
  return {
    changed: (job) => void out.write(`${row(job, jobs)}\n`),
    close() {},
  };
}

function row(job: Job, jobs: readonly Job[]): string {
  const width = Math.max(...jobs.map(({ name }) => name.length));
  return `  ${job.name.padEnd(width)}  ${job.seconds.toFixed(1).padStart(6)} s  ${job.state}`;
}
