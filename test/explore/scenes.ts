import { ours } from './steps/ours.ts';
import type { Budget, Role, Scene } from './world.ts';

function scene(roles: readonly Role[], budget: Budget, rest: Partial<Scene> = {}): Scene {
  return { program: ours, roles, attempts: 1, budget, ...rest };
}

const many = (role: Role, count: number): Role[] => Array.from({ length: count }, () => role);
const dead = { there: 'dead holder' } as const;
const there = { there: 'published build' } as const;
const carried = { there: 'carried build' } as const;

/** Explored with every `npm test`. */
export const short: Readonly<Record<string, Scene>> = {
  'the lock: 4 and a dead holder, one is killed': scene(many('lock', 4), { crash: 1 }, dead),
  'the lock: 4 and a dead holder, one is killed, an answer is lost': scene(
    many('lock', 4),
    { crash: 1, lost: 1 },
    dead,
  ),
  'the lock: 3 and a dead holder, one is killed, a call comes late': scene(
    many('lock', 3),
    { crash: 1, late: 1 },
    dead,
  ),
  'the lock: 4 and a dead holder, one is killed, one stopped': scene(many('lock', 4), { crash: 1, stop: 1 }, dead),
  'the lock: 3 that try twice, a foreign file, one is killed, one stopped': scene(
    many('lock', 3),
    { crash: 1, stop: 1 },
    { attempts: 2, there: 'foreign file' },
  ),
  'a build: 3, one is killed': scene(many('build', 3), { crash: 1 }),
  'a build: 2 that try twice, one is killed, each may be stopped, a build fails': scene(
    many('build', 2),
    { crash: 1, stop: 2, fail: 1 },
    { attempts: 2 },
  ),
  'another build: 2, one is killed, one stopped, a build fails, calls in flight': scene(
    many('force', 2),
    { crash: 1, stop: 1, fail: 1 },
    { ...there, keepsHandles: true },
  ),
  'a build and another: 2, one is killed, one stopped, an answer is lost': scene(['build', 'force'], {
    crash: 1,
    stop: 1,
    lost: 1,
  }),
  'pruning: 2 beside one that reads, one is killed, one stopped': scene(
    ['read', 'prune', 'prune'],
    { crash: 1, stop: 1 },
    there,
  ),
  'pruning beside a build and one that reads, one is stopped': scene(['read', 'force', 'prune'], { stop: 1 }, there),
  'restoring: 2 of one origin, one is killed, one stopped, one build is refused': scene(many('restore', 2), {
    crash: 1,
    stop: 1,
    fail: 1,
  }),
  'restoring what was here before, beside a pruner, one is killed, one stopped': scene(
    ['restore', 'prune'],
    { crash: 1, stop: 1 },
    carried,
  ),
};

/** Explored with `npm run test:long`. */
export const long: Readonly<Record<string, Scene>> = {
  'the lock: 4 and a dead holder, one is killed, a call comes late': scene(
    many('lock', 4),
    { crash: 1, late: 1 },
    dead,
  ),
  'the lock: 3 and a dead holder, one is killed, one stopped, an answer is lost and a call comes late': scene(
    many('lock', 3),
    { crash: 1, stop: 1, lost: 1, late: 1 },
    dead,
  ),
  'a build: 3, one is killed, one stopped': scene(many('build', 3), { crash: 1, stop: 1 }),
  'a build and another: 3': scene(['build', 'build', 'force'], {}),
  'a build and another: 2 that try twice, one is killed, one stopped, an answer is lost': scene(
    ['build', 'force'],
    { crash: 1, stop: 1, lost: 1 },
    { attempts: 2 },
  ),
  'a build and another: 2, one is killed, one stopped, a call comes late': scene(['build', 'force'], {
    crash: 1,
    stop: 1,
    late: 1,
  }),
  'another build: 2, one is killed, one stopped, a call comes late': scene(
    many('force', 2),
    { crash: 1, stop: 1, late: 1 },
    there,
  ),
  'another build: 2, one is killed, one stopped, an answer is lost, calls in flight': scene(
    many('force', 2),
    { crash: 1, stop: 1, lost: 1 },
    { ...there, keepsHandles: true },
  ),
  'pruning: 2 beside a build and one that reads': scene(['read', 'force', 'prune', 'prune'], {}, there),
  'pruning: 2 beside a build, one is stopped': scene(['force', 'prune', 'prune'], { stop: 1 }, there),
  'pruning beside a build and one that reads, one is killed, one stopped, an answer is lost': scene(
    ['read', 'force', 'prune'],
    { crash: 1, stop: 1, lost: 1 },
    there,
  ),
  'pruning: 2 beside 2 that read, one is killed, one stopped': scene(
    ['read', 'read', 'prune', 'prune'],
    { crash: 1, stop: 1 },
    there,
  ),
  'restoring in place of another build: 2 of one origin, one is killed, one stopped, an answer is lost': scene(
    many('replace', 2),
    { crash: 1, stop: 1, lost: 1 },
    { ...there, keepsHandles: true },
  ),
  'restoring what was here before, beside 2 pruners, one is stopped': scene(
    ['restore', 'prune', 'prune'],
    { stop: 1 },
    carried,
  ),
  'restoring beside another build, one is killed, one stopped, an answer is lost': scene(['restore', 'force'], {
    crash: 1,
    stop: 1,
    lost: 1,
  }),
  'restoring beside a pruner, one is killed, one stopped, a call comes late': scene(['restore', 'prune'], {
    crash: 1,
    stop: 1,
    late: 1,
  }),
};
