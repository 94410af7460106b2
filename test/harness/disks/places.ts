import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../job/job.ts';

/** Proof of how many builds run at one time, from the kernel and not from us. */
export interface Places {
  /** Lines of shell for the start of a build: it has one of the places for as long as any process of it lives. */
  readonly enter: string;
  /** How many builds found no place, because more ran than there are places. */
  readonly tooMany: () => number;
}

/** `count` places for builds. A place is a `flock` on a descriptor that the build's processes inherit. */
export function places(count: number): Places {
  const dir = tempDir();
  const complaints = join(dir, 'too-many');
  const each = Array.from({ length: count }, (_, index) => `'${join(dir, `${index}`)}'`).join(' ');
  const enter = [
    'in=',
    `for place in ${each}; do exec 9>"$place"; if flock --nonblock 9; then in=yes; break; fi; done`,
    `[ "$in" ] || echo "$BUILD_ONCE_KEY" >> '${complaints}'`,
  ].join('\n');
  const tooMany = () => (existsSync(complaints) ? readFileSync(complaints, 'utf8').trim().split('\n').length : 0);
  return { enter, tooMany };
}
