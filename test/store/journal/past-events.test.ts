import { mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { journalDir } from '../../../src/store/journal/days.ts';
import { pastEvent, pastEvents } from '../../../src/store/journal/past-events.ts';
import { gate, MAIN, runJob, startJob, tempDir } from '../../harness/job/job.ts';
import { anEvent, fileOf } from '../../harness/journal.ts';
import { canLink, NO_SYMLINKS } from '../../harness/systems/links.ts';

const run = 'echo made > "$BUILD_ONCE_OUT/tool"';

function plant(root: string, atMs: number, event: object): string {
  const { folder, name, text } = fileOf(root, atMs, event);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const NOON = Date.parse('2026-11-28T12:00:00.000Z');

/** The keys that are read, and what is told of the rest. */
function read(root: string, sinceMs = 0) {
  const unread: string[] = [];
  const events = [...pastEvents(root, sinceMs, (file, why) => unread.push(`${file} ${why}`))];
  return { keys: events.map(({ key }) => key).sort(), unread };
}

test('a root without a journal, and one that is not there, have no events', () => {
  const root = tempDir();
  for (const each of [root, join(root, 'nowhere')]) expect([...pastEvents(each)]).toEqual([]);
});

test('the journal gives what each step did, and how it spent its time', async ({ skip }) => {
  skip(process.platform === 'win32', 'needs a POSIX shell');
  const root = tempDir();
  await runJob({ root, inputs: { key: 'sdk', run, 'max-in-flight': '2', group: 'compilers' } });
  await runJob({ root, inputs: { key: 'sdk', run, 'copy-to': 'sdk' } });
  await runJob({ root, inputs: { key: 'sdk', run } });
  const failed = await runJob({ root, inputs: { key: 'broken', run: 'exit 3' } });
  expect(failed.end.code).toBe(3);
  const events = [...pastEvents(root)].sort((a, b) => a.atMs - b.atMs);
  const ms = expect.any(Number);
  const job = expect.stringMatching(/^[0-9a-f]{20}$/);
  expect(events).toMatchObject([
    { key: 'sdk', result: 'built', buildMs: ms, publishMs: ms, slotGroup: 'compilers', job },
    { key: 'sdk', result: 'reused', buildMs: events[0]?.buildMs, deliverMs: ms, job },
    { key: 'sdk', result: 'reused', job },
    { key: 'broken', result: '', error: 'BUILD_FAILED', buildMs: ms, job },
  ]);
  for (const name of ['publishMs', 'deliverMs', 'restoreMs', 'takeovers', 'slotGroup'] as const) {
    expect(events[2]?.[name], name).toBeUndefined();
  }
  expect(new Set(events.map(({ job: each }) => each)).size).toBe(4);
  const [first] = events;
  expect(first && pastEvent(root, first.file)).toEqual(first);
});

test('a step that opens the lock of a dead one says so', async ({ skip }) => {
  skip(process.platform === 'win32', 'needs a POSIX shell');
  const root = tempDir();
  const { wait, open } = gate();
  const builder = startJob({ root, inputs: { key: 'sdk', run: `echo building; ${wait}` } });
  await builder.said('building');
  builder.kill('SIGKILL');
  await builder.ended;
  open();
  await runJob({ root, inputs: { key: 'sdk', run }, entry: MAIN });
  expect([...pastEvents(root)]).toMatchObject([{ key: 'sdk', result: 'built', takeovers: 1 }]);
});

test('what is no event is told, and hides no other', ({ skip }) => {
  skip(!canLink.symlink, NO_SYMLINKS);
  const root = tempDir();
  const whole = plant(root, NOON, anEvent({ key: 'whole' }));
  const day = join(whole, '..');
  writeFileSync(join(day, 'aaaaaaaaaaaa.json'), '{"at":');
  writeFileSync(join(day, 'notes.txt'), 'of somebody');
  mkdirSync(join(day, 'bbbbbbbbbbbb.json'));
  symlinkSync(whole, join(day, 'cccccccccccc.json'));
  const { keys, unread } = read(root);
  expect(keys).toEqual(['whole']);
  expect(unread.sort()).toEqual([
    '2026-11-28/aaaaaaaaaaaa.json is no event that this version knows',
    '2026-11-28/bbbbbbbbbbbb.json is a folder, not a file',
    '2026-11-28/cccccccccccc.json is a link, not a file',
  ]);
});

test.each([
  ['a newer format', { format: 2 }],
  ['a time of another day', { at: '2026-11-27T12:00:00.000Z' }],
  ['a time that is none', { at: '2026-11-28' }],
  ['a result that nobody knows', { result: 'stolen' }],
  ['a wait of no length', { waitedMs: -1 }],
  ['a build of centuries', { buildMs: 1e15 }],
  ['bytes that are no number', { bytes: '1' }],
  ['an id that leads out', { id: '../../x' }],
  ['a reason that is a text', { error: 'failed because of <b>' }],
  ['a slot group with a line feed', { slotGroup: 'a\nb' }],
  ['a job that is no digest', { job: 'build' }],
  ['nobody', { who: undefined }],
])('%s makes it no event', (_what, change) => {
  const root = tempDir();
  plant(root, NOON, { ...anEvent(), ...change });
  expect(read(root)).toEqual({ keys: [], unread: [expect.stringMatching(/ is no event that this version knows$/)] });
});

test('a field that this version does not know changes nothing', () => {
  const root = tempDir();
  plant(root, NOON, { ...anEvent({ key: 'newer' }), planet: 'earth' });
  expect(read(root)).toEqual({ keys: ['newer'], unread: [] });
});

test('events of before are left out, by the millisecond, and so are folders that are no day', () => {
  const root = tempDir();
  plant(root, NOON - 86_400_000, anEvent({ key: 'yesterday' }));
  plant(root, NOON - 1, anEvent({ key: 'before' }));
  plant(root, NOON, anEvent({ key: 'then' }));
  expect(read(root, NOON).keys).toEqual(['then']);
  renameSync(join(journalDir(root), '2026-11-27'), join(journalDir(root), '2026-11-31'));
  expect(read(root).keys).toEqual(['before', 'then']);
});

test('a link in the place of a day is told, and one in the place of the journal is an error', ({ skip }) => {
  skip(!canLink.symlink, NO_SYMLINKS);
  const [root, elsewhere] = [tempDir(), tempDir()];
  plant(elsewhere, NOON, anEvent({ key: 'foreign' }));
  mkdirSync(journalDir(root), { recursive: true });
  symlinkSync(join(journalDir(elsewhere), '2026-11-28'), join(journalDir(root), '2026-11-28'));
  expect(read(root)).toEqual({ keys: [], unread: ['2026-11-28 is a link or a file, not a folder'] });
  const other = tempDir();
  mkdirSync(join(journalDir(other), '..'), { recursive: true });
  symlinkSync(journalDir(elsewhere), journalDir(other));
  expect(() => read(other)).toThrow(`${journalDir(other)} is a link`);
});

test('no folder stays open when a reader stops early', ({ skip }) => {
  skip(process.platform !== 'linux', 'needs /proc');
  const root = tempDir();
  for (const hour of [0, 1, 2]) plant(root, NOON + hour, anEvent());
  const open = () => readdirSync('/proc/self/fd').length;
  const before = open();
  for (const _event of pastEvents(root)) break;
  expect(open()).toBe(before);
});
