import { Field, Flag, Status } from '../fields.ts';
import { At } from '../model-fs.ts';
import type { Program, Steps, World } from '../world.ts';

/** Whether the lock folder looks stale: its maker is dead, or stands still and this observer has waited for long. */
function isStale(world: World, choice: number): boolean | undefined {
  const maker = world.fs.at(world.fs.place(At.LOCK));
  if (maker < 0) return choice === 0 ? false : undefined;
  const p = world.processOf(maker);
  if (p === undefined) return choice === 0 ? true : undefined;
  if (world.get(p, Field.STATUS) !== Status.STOPPED) return choice === 0 ? false : undefined;
  if (choice === 1) world.flag(p, Flag.JUDGED);
  return choice === 1;
}

/** The life of a lock that is a bare folder; `clear` is how a stale one is got out of the way. */
function folderLock(clear: Steps): Program {
  return {
    steps: {
      mkdir: {
        run(world, p) {
          world.goto(p, world.fs.mkdir(world.fs.place(At.LOCK), world.own(p)) === 'ok' ? 'held' : 'stat');
        },
      },
      stat: {
        choices: 2,
        run(world, p, choice) {
          const stale = isStale(world, choice);
          if (stale === undefined) return false;
          world.goto(p, stale ? 'clear' : 'mkdir');
          return true;
        },
      },
      ...clear,
      held: { run: (world, p) => world.goto(p, 'release') },
      // Whatever is there.
      release: {
        run(world, p) {
          world.fs.rmdir(world.fs.place(At.LOCK));
          world.end(p);
        },
      },
    },
    first: { lock: 'mkdir', build: 'mkdir', force: 'mkdir' },
    holding: ['held', 'release'],
    clearsUp: false,
  };
}

/** Stock proper-lockfile 4.1.2: removes a stale folder by its name, then makes it anew. */
export const stock = folderLock({
  clear: {
    run(world, p) {
      world.fs.rmdir(world.fs.place(At.LOCK));
      world.goto(p, 'mkdir');
    },
  },
});

/** Takeover by renaming a stale folder to a name of one's own, which only one can do to one folder. */
export const renameAside = folderLock({
  clear: {
    run(world, p) {
      world.fs.rename(world.fs.place(At.LOCK), world.fs.place(At.TRASH_TMP, world.own(p)));
      world.goto(p, 'mkdir');
    },
  },
});
