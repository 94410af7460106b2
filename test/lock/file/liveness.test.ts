import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { processState } from '../../../src/host/proc.ts';
import { Heartbeats, judge, STALE_CAP_MS, staleAfter } from '../../../src/lock/file/liveness.ts';
import { type HolderRecord, here, ownRecord, readRecord } from '../../../src/lock/file/record.ts';
import { tempDir } from '../../harness/job/job.ts';
import { ASKER } from '../asker.ts';

const place = here();
const own = ownRecord('0123456789ab', ASKER, place, 30_000, false);
const nowhere = '/nowhere/a.sock';
const elsewhere = { pidNamespace: 'pid:[1]', socket: true };

/** What is thought of the holder with this record, on a local file system. */
function judged(changes: Partial<HolderRecord>, socket = nowhere, network = false) {
  return judge({ ...own, ...changes }, place, network, socket);
}

/** Pid of a process that has ended and was waited for. */
async function deadPid(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe.runIf(process.platform === 'linux')('a holder of this boot and this pid namespace', () => {
  test('that runs is known to', async () => {
    expect(await judged({})).toBe('running');
    expect(await judged({}, nowhere, true)).toBe('running');
  });

  test('that is stopped is told as such: only its heartbeat tells whether it is to be taken over', async () => {
    const child = spawn('sleep', ['300']);
    onTestFinished(() => void child.kill('SIGKILL'));
    const pid = child.pid ?? 0;
    const startTime = processState(pid)?.startTime;
    expect(await judged({ pid, startTime })).toBe('running');
    child.kill('SIGSTOP');
    while (processState(pid)?.stopped === false) await delay(5);
    expect(await judged({ pid, startTime })).toBe('stopped');
  });

  test('that has ended is dead', async () => {
    expect(await judged({ pid: await deadPid() })).toBe('dead');
  });

  test('that has ended is alive for as long as a child has its socket, which has not become another program yet', async () => {
    const { path, close } = await listening();
    const forked = { pid: await deadPid(), socket: true };
    expect(await judged(forked, path)).toBe('alive');
    expect(await judged(forked, path, true)).toBe('dead');
    await close();
    expect(await judged(forked, path)).toBe('dead');
  });

  test('that has ended, and whose socket a child has, is alive also when so many have asked that no more may', async () => {
    const path = join(tempDir(), 'a.sock');
    const listens = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('listens'))`;
    const child = spawn(process.execPath, ['-e', listens], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    child.kill('SIGSTOP');
    const forked = { pid: await deadPid(), socket: true };
    const verdicts = new Set<string>();
    // Node lets 511 wait.
    for (let asked = 0; asked < 600; asked++) verdicts.add(await judged(forked, path));
    expect([...verdicts]).toEqual(['alive']);
  });

  test('whose pid another process has now is dead', async () => {
    expect(await judged({ startTime: (own.startTime ?? 0) - 1 })).toBe('dead');
  });

  test('whose start time nobody wrote down is alive when its pid is', async () => {
    expect(await judged({ startTime: undefined })).toBe('alive');
  });

  test('that is a zombie is dead', async () => {
    // The shell becomes a program that never waits for the child it had.
    const parent = spawn('sh', ['-c', 'sleep 300 & echo $!; exec sleep 301'], { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8') !== 'sleep\n') await delay(5);
    process.kill(pid, 'SIGKILL');
    while (processState(pid)?.zombie === false) await delay(5);
    expect(await judged({ pid, startTime: processState(pid)?.startTime })).toBe('dead');
  });

  test('with our host name is judged the same on a network file system', async () => {
    expect(await judged({ pid: await deadPid() }, nowhere, true)).toBe('dead');
  });
});

describe('a holder of which the pid means nothing here', () => {
  test('because it is of another boot', async () => {
    expect(await judged({ pid: await deadPid(), bootId: 'another' })).toBe('unknown');
  });

  test('because nobody knows the boot, and the host has another name or the folder is on a network', async () => {
    const lost = { ...place, bootId: '' };
    const record = { ...own, pid: await deadPid(), bootId: '' };
    expect(await judge({ ...record, host: 'another' }, lost, false, nowhere)).toBe('unknown');
    expect(await judge(record, lost, true, nowhere)).toBe('unknown');
    expect(await judge(record, lost, false, nowhere)).toBe('dead');
  });

  test('because its host has another name on a network file system, though cloned machines share a boot id', async () => {
    expect(await judged({ pid: await deadPid(), host: 'another' }, nowhere, true)).toBe('unknown');
  });

  test('because it is in another pid namespace and listens nowhere', async () => {
    expect(await judged({ pid: await deadPid(), ...elsewhere, socket: false })).toBe('unknown');
    expect(await judged({ pid: await deadPid(), ...elsewhere })).toBe('unknown');
  });

  test('is not asked through its socket on a network file system: that is another host´s', async () => {
    const { path, close } = await listening();
    await close();
    writeFileSync(path, '');
    expect(await judged(elsewhere, path, true)).toBe('unknown');
  });
});

describe('a holder in another pid namespace of this host', () => {
  test('that answers is alive', async () => {
    expect(await judged(elsewhere, (await listening()).path)).toBe('alive');
  });

  test('whose socket refuses is dead', async () => {
    const path = join(tempDir(), 's');
    const server = spawn(process.execPath, [
      '-e',
      `require('net').createServer().listen('${path}', () => console.log())`,
    ]);
    await once(server.stdout, 'data');
    expect(await judged(elsewhere, path)).toBe('alive');
    server.kill('SIGKILL');
    await once(server, 'exit');
    expect(await judged(elsewhere, path)).toBe('dead');
  });
});

async function listening() {
  const path = join(tempDir(), 's');
  const server = createServer((socket) => socket.destroy());
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { path, close: () => new Promise((resolve) => server.close(resolve)) };
}

describe('a silent heartbeat', () => {
  test('is silent for as long as it was seen to stand still on our own clock', () => {
    let now = 1000;
    const heartbeats = new Heartbeats(() => now);
    expect(heartbeats.observe('a', 5)).toBe(0);
    now += 300;
    expect(heartbeats.observe('a', 5)).toBe(300);
    now += 200;
    expect(heartbeats.observe('a', 5)).toBe(500);
    expect(heartbeats.observe('a', 6)).toBe(0);
    expect(heartbeats.observe('b', 6)).toBe(0);
  });

  test('that goes back in time is a heartbeat too: its clock was set', () => {
    let now = 0;
    const heartbeats = new Heartbeats(() => now);
    heartbeats.observe('a', 5000);
    now += 1000;
    expect(heartbeats.observe('a', 4000)).toBe(0);
  });

  test('of a night in which our machine slept counts a few seconds', () => {
    let now = 0;
    const heartbeats = new Heartbeats(() => now);
    heartbeats.observe('a', 5);
    now += 8 * 3600 * 1000;
    expect(heartbeats.observe('a', 5)).toBe(5000);
  });

  test('is believed after the longer of the holder´s own time and ours, within reason', () => {
    expect(staleAfter(undefined, 30_000)).toBe(30_000);
    expect(staleAfter(own, 30_000, 'running')).toBe(STALE_CAP_MS);
    expect(staleAfter(own, 30_000, 'alive')).toBe(30_000);
    expect(staleAfter({ ...own, staleMs: 120_000 }, 30_000)).toBe(120_000);
    expect(staleAfter({ ...own, staleMs: 1 }, 30_000)).toBe(30_000);
    expect(staleAfter({ ...own, staleMs: 1e12 }, 30_000)).toBe(STALE_CAP_MS);
    expect(staleAfter({ ...own, staleMs: 'soon' as unknown as number }, 30_000)).toBe(30_000);
    expect(staleAfter({ ...own, staleMs: Number.POSITIVE_INFINITY }, 30_000)).toBe(30_000);
  });
});

describe('a record', () => {
  test.each([['{ half of a rec'], [''], ['null'], ['[]'], ['{"pid":"7","bootId":"x"}']])('%j says nothing', (text) => {
    const file = join(tempDir(), 'r');
    writeFileSync(file, text);
    expect(readRecord(file)).toBeUndefined();
  });

  test('that is whole is read, with fields of a later version', () => {
    const file = join(tempDir(), `${own.token}.json`);
    writeFileSync(file, JSON.stringify({ ...own, later: 1 }));
    expect(readRecord(file)).toMatchObject({ pid: process.pid, token: own.token });
    expect(readRecord(join(tempDir(), 'missing'))).toBeUndefined();
  });

  const { asker } = own;
  test.each<Readonly<Record<string, unknown>>>([
    { token: 'abcdefabcdef' },
    { token: null },
    { token: '../../../x/y' },
    { pid: 0 },
    { pid: -1 },
    { pid: 0.5 },
    { pid: '7' },
    { staleMs: 'soon' },
    { startTime: 'x' },
    { since: 'x\n::error::y' },
    { host: 'x'.repeat(1001) },
    { asker: null },
    { asker: { ...asker, who: null } },
    { asker: { ...asker, who: {} } },
    { asker: { ...asker, who: { ...asker.who, job: ['x'] } } },
    { asker: { ...asker, build: '' } },
    { asker: { ...asker, build: {} } },
    { asker: { ...asker, job: '../x' } },
  ])('with %j says nothing', (change) => {
    const file = join(tempDir(), `${own.token}.json`);
    writeFileSync(file, JSON.stringify({ ...own, ...change }));
    expect(readRecord(file)).toBeUndefined();
  });
});
