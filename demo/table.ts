import type { Job } from './job.ts';

/** Shows the jobs of one wave while they run. */
export interface Table {
  /** A job changed its state. */
  changed(job: Job): void;
  /** All have ended: what is on the screen stays. */
  close(): void;
}

const REDRAW_MS = 100;

/** Redrawn in place on a terminal that has room for it; elsewhere a line for each change. */
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
    // A line that wraps would be two: it is cut, and what was longer before is erased.
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
