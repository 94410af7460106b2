import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Job, ledger, MAIN, runJob, startJob, tempDir } from '../harness/job/job.ts';
import { allGone, claim, processesOf, publish } from '../harness/job/split.ts';
import { CacheServer } from '../harness/servers/cache-server.ts';
import { litter } from '../harness/storm/remains.ts';

type Protocol = 'v1' | 'v2';

/** A cache server and hosts that share nothing but it. */
async function pool(protocol: Protocol = 'v2') {
  const server = await new CacheServer().listen();
  const builds = ledger();
  const run = `${builds.note}\nmkdir "$BUILD_ONCE_OUT/bin"; echo "echo made" > "$BUILD_ONCE_OUT/bin/tool"; chmod +x "$BUILD_ONCE_OUT/bin/tool"`;
  const inputs = { key: 'sdk', run, relocatable: 'true', remote: 'actions-cache' };
  const on = (root: string, more: Record<string, string> = {}, env: Record<string, string> = {}) => ({
    root,
    inputs: { ...inputs, ...more },
    env: { ...server.env(protocol), ...env },
  });
  return { server, builds, on };
}

const warnings = ({ log }: Job) => [...log.matchAll(/^::warning::(.*)$/gm)].map(([, text]) => text);

describe.each<Protocol>(['v1', 'v2'])('%s of the protocol', (protocol) => {
  test('what one host builds is restored on another, and reused there', async () => {
    const { server, builds, on } = await pool(protocol);
    const [here, there] = [tempDir(), tempDir()];
    const built = await runJob(on(here, {}, { GITHUB_JOB: 'compile' }));
    expect(built.outputs, built.log).toMatchObject({ result: 'built', source: 'build' });
    expect(built.log).toContain('Saved "sdk" in the Actions cache: ');
    expect(server.saved.map(({ key }) => key)).toEqual([
      expect.stringMatching(/^sdk-[0-9a-f]{20}-[0-9a-f]{12}-[0-9a-f]{64}$/),
    ]);
    const restored = await runJob(on(there, { 'add-path': 'bin' }));
    expect(restored.outputs, restored.log).toMatchObject({ result: 'reused', source: 'remote', 'cache-hit': 'true' });
    expect(restored.outputs['build-seconds']).toBe(built.outputs['build-seconds']);
    expect(restored.log).toMatch(
      /Restored "sdk" from the Actions cache: \d+ B in .*, built by octo\/tools, compile on /,
    );
    expect(restored.file('path')).toContain('bin');
    expect(readFileSync(join(restored.outputs.path ?? '', 'bin/tool'), 'utf8')).toBe('echo made\n');
    const again = await runJob(on(there));
    expect(again.outputs).toMatchObject({ result: 'reused', source: 'disk' });
    expect(builds.lines()).toHaveLength(1);
    expect(server.saved).toHaveLength(1);
    expect([...warnings(built), ...warnings(restored)]).toEqual([]);
    for (const job of [built, restored]) expect(readdirSync(job.temp)).toEqual([]);
    expect([...litter(here), ...litter(there)]).toEqual([]);
  });
});

test('of many jobs of a host one restores, the others wait for it', async () => {
  const { server, builds, on } = await pool();
  await runJob(on(tempDir()));
  const there = tempDir();
  const jobs = await Promise.all(Array.from({ length: 5 }, () => runJob(on(there))));
  const results = jobs.map(({ outputs }) => `${outputs.result} ${outputs.source}`).sort();
  expect(results.filter((each) => each === 'reused remote')).toHaveLength(1);
  expect(results.filter((each) => /^(waited|reused) disk$/.test(each))).toHaveLength(4);
  expect(builds.lines()).toHaveLength(1);
  expect(server.seen.filter((each) => each.endsWith('GetCacheEntryDownloadURL'))).toHaveLength(3);
});

test('the steps around other steps restore and save as well', async () => {
  const { server, on } = await pool();
  const options = (root: string) => {
    const { inputs, ...rest } = on(root);
    const { run: _, ...others } = inputs;
    return { ...rest, inputs: others };
  };
  const here = tempDir();
  const claimed = await claim(options(here));
  expect(claimed.outputs.result, claimed.log).toBe('claimed');
  writeFileSync(join(claimed.outputs.path ?? '', 'made'), 'by steps');
  const published = await publish(claimed, here, { env: server.env('v2') });
  expect(published.outputs, published.log).toMatchObject({ result: 'built', source: 'build' });
  expect(server.saved).toHaveLength(1);
  const there = await claim(options(tempDir()));
  expect(there.outputs, there.log).toMatchObject({ result: 'reused', source: 'remote' });
  expect(readFileSync(join(there.outputs.path ?? '', 'made'), 'utf8')).toBe('by steps');
});

describe('nothing is carried', () => {
  test.each<readonly [string, Record<string, string>, Record<string, string>, RegExp | undefined]>([
    ['without the input', { remote: 'off' }, {}, undefined],
    ['where the runner names no service', {}, { ACTIONS_RESULTS_URL: '' }, /the runner names no cache service/],
    ['of an empty build', { run: 'true', 'allow-empty': 'true' }, {}, undefined],
    ['of a link to elsewhere', { run: 'ln -s /usr "$BUILD_ONCE_OUT/usr"' }, {}, /"usr" is a link to an absolute path/],
  ])('%s', async (_what, more, env, warned) => {
    const { server, on } = await pool();
    const job = await runJob(on(tempDir(), more, env));
    expect(job.outputs, job.log).toMatchObject({ result: 'built', source: 'build' });
    expect(server.saved).toHaveLength(0);
    expect(warnings(job)).toEqual(warned === undefined ? [] : [expect.stringMatching(warned)]);
  });

  test('with `remote-mode: read`, which still restores; also as the pool says', async () => {
    const { server, builds, on } = await pool();
    await runJob(on(tempDir(), { 'remote-mode': 'read' }));
    expect(server.saved).toHaveLength(0);
    await runJob(on(tempDir()));
    const env = { BUILD_ONCE_REMOTE: 'actions-cache', BUILD_ONCE_REMOTE_MODE: 'read' };
    const restored = await runJob(on(tempDir(), { remote: '' }, env));
    expect(restored.outputs.source, restored.log).toBe('remote');
    expect(server.saved).toHaveLength(1);
    expect(builds.lines()).toHaveLength(2);
  });

  test('where the runner forbids it (ACTIONS_CACHE_MODE)', async () => {
    const { server, on } = await pool();
    const job = await runJob(on(tempDir(), {}, { ACTIONS_CACHE_MODE: 'none' }));
    expect(job.outputs.result, job.log).toBe('built');
    expect(server.archives).toHaveLength(0);
  });
});

describe('what comes is not taken, and is built', () => {
  const damages: readonly (readonly [string, (content: Buffer) => Buffer])[] = [
    ['cut short', (content) => content.subarray(0, content.length / 2)],
    ['no archive', () => Buffer.from('<html>')],
    ['empty', () => Buffer.alloc(0)],
  ];
  test.each(damages)('where the archive is %s', async (_what, change) => {
    const { server, builds, on } = await pool();
    await runJob(on(tempDir()));
    for (const archive of server.archives) archive.content = change(archive.content ?? Buffer.alloc(0));
    const there = tempDir();
    const job = await runJob(on(there));
    expect(job.outputs, job.log).toMatchObject({ result: 'built', source: 'build' });
    expect(warnings(job).join('\n')).toContain('remote: ');
    expect(builds.lines()).toHaveLength(2);
    expect(litter(there)).toEqual([]);
  });

  // The package unpacks what a server sends with `tar -P`, before anything of it can be checked.
  test.each<readonly [string, (dir: string, victim: string) => string]>([
    ['has an absolute name', (_dir, victim) => `touch ${victim}; tar -cPf- ${victim}; rm ${victim}`],
    [
      'leads out by a link',
      (
        dir,
        victim,
      ) => `ln -s ${dirname(victim)} out; tar -cPf one.tar out; rm out; mkdir out; touch out/${basename(victim)}
tar -cPf two.tar out/${basename(victim)}; cd ${dir}; tar -Af one.tar two.tar; cat one.tar`,
    ],
    ['is a pipe', () => 'mkfifo build-once.pack; tar -cf- build-once.pack'],
    ['is a link', () => 'ln -s /etc/passwd build-once.pack; tar -cf- build-once.pack'],
    ['has two names', () => 'touch a b; tar -cf- a b'],
  ])('where the archive around it %s', async (_what, script) => {
    const { server, on } = await pool();
    await runJob(on(tempDir()));
    const [dir, victim] = [tempDir(), join(tempDir(), 'victim')];
    const content = execFileSync('bash', ['-ec', `{ ${script(dir, victim)}\n} | zstd -q`], { cwd: dir });
    for (const archive of server.archives) archive.content = content;
    const job = await runJob(on(tempDir()));
    expect(existsSync(victim)).toBe(false);
    expect(job.outputs.result, job.log).toBe('built');
    expect(warnings(job), job.log).toEqual([expect.stringContaining('is not taken')]);
  });

  test('where it is the pack of another key under this name', async () => {
    const { server, on } = await pool();
    await runJob(on(tempDir(), { key: 'other' }));
    await runJob(on(tempDir()));
    const [other, own] = server.archives;
    if (own !== undefined) own.content = other?.content;
    const job = await runJob(on(tempDir()));
    expect(job.outputs.result, job.log).toBe('built');
    expect(warnings(job)).toEqual([
      expect.stringMatching(/^remote: what is in the Actions cache is not taken: .*another key \("other"\)/),
    ]);
  });

  test.each<readonly [string, Record<string, string>, string]>([
    [
      'another script made it and `on-change: rebuild`',
      { run: 'echo 2 > $BUILD_ONCE_OUT/two', 'on-change': 'rebuild' },
      'the script of this step is not the one',
    ],
    ['it lacks what `add-path` names', { run: 'mkdir $BUILD_ONCE_OUT/lib', 'add-path': 'lib' }, 'it lacks lib'],
    ['its check fails', { run: 'touch $BUILD_ONCE_OUT/ok', check: 'test -e $BUILD_ONCE_OUT/ok' }, 'its check says'],
  ])('where %s', async (_what, more, why) => {
    const { on } = await pool();
    await runJob(on(tempDir()));
    const job = await runJob(on(tempDir(), more));
    expect(job.outputs, job.log).toMatchObject({ result: 'built', source: 'build' });
    expect(warnings(job).join('\n')).toContain(why);
    expect(readdirSync(job.outputs.path ?? '')).not.toContain('bin');
  });

  test('another script made it: a warning, as on the disk', async () => {
    const { on } = await pool();
    await runJob(on(tempDir()));
    const job = await runJob(on(tempDir(), { run: 'echo 2 > $BUILD_ONCE_OUT/two' }));
    expect(job.outputs.source, job.log).toBe('remote');
    expect(warnings(job)).toEqual([expect.stringMatching(/^on-change: .*it is reused all the same/)]);
  });
});

describe('a server that fails costs a warning, never the job', () => {
  const answers: readonly (readonly [string, (response: ServerResponse) => void])[] = [
    ['cuts every connection', (response) => response.destroy()],
    ['forbids everything', (response) => void response.writeHead(403).end('no')],
    ['answers with a page', (response) => void response.writeHead(200).end('<html>')],
  ];
  test.each(answers)('it %s', async (_what, answer) => {
    const { server, on } = await pool('v1');
    server.hook = (_request, response) => {
      answer(response);
      return true;
    };
    const job = await runJob(on(tempDir()));
    expect(job.end.code, job.log).toBe(0);
    expect(job.outputs.result).toBe('built');
    expect(warnings(job), job.log).toEqual([
      expect.stringMatching(/^remote: the Actions cache is not used by this step: /),
    ]);
    expect(job.log).not.toContain('runtime-token');
  });
});

describe('a server that fails at one request is told of as it is', () => {
  const refuses = (_request: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(429).end('{"msg":"later"}');
  const cuts = (request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    response.writeHead(200, { 'content-length': 100, 'content-type': 'application/json' });
    response.write('{"ok":', () => response.destroy());
  };
  const cases: readonly (readonly [Protocol, string, RegExp, typeof cuts, string])[] = [
    ['v1', 'it refuses what is sent', /^PATCH/, refuses, 'responded with 429 during upload chunk'],
    ['v1', 'it refuses the end of an upload', /^POST .*caches\/\d/, refuses, 'responded with 429 during commit'],
    ['v1', 'it cuts its answer to the end', /^POST .*caches\/\d/, cuts, 'the server has cut its answer'],
    ['v2', 'it refuses the end of an upload', /Finalize/, refuses, 'it is not saved in the Actions cache'],
    ['v2', 'it cuts its answer to the begin', /CreateCacheEntry/, cuts, 'the server has cut its answer'],
    ['v1', 'it cuts its answer to a question', /^GET/, cuts, 'not used by this step: the server has cut its answer'],
    [
      'v2',
      'it cuts its answer to a question',
      /GetCacheEntry/,
      cuts,
      'not used by this step: the server has cut its answer',
    ],
  ];
  test.each(cases)('%s: %s', async (protocol, _what, at, answer, why) => {
    const { server, on } = await pool(protocol);
    server.hook = (request, response) => {
      if (!at.test(`${request.method} ${request.url}`)) return false;
      answer(request, response);
      return true;
    };
    const job = await runJob(on(tempDir()));
    expect(job.outputs.result, job.log).toBe('built');
    expect(warnings(job), job.log).toEqual([expect.stringContaining(why)]);
    expect(job.log).not.toContain('Saved "sdk"');
    expect(job.log).not.toContain('    at ');
    expect(server.saved).toEqual([]);
  });
});

test.each<readonly [Protocol, RegExp]>([
  ['v1', /^GET/],
  ['v1', /^POST .*\/caches$/],
  ['v2', /GetCacheEntryDownloadURL/],
  ['v2', /CreateCacheEntry/],
])('%s: a redirect to another host does not take the token there (%s)', async (protocol, at) => {
  const { server, on } = await pool(protocol);
  const seen: unknown[] = [];
  const stranger = createServer(({ headers }, response) => {
    seen.push(headers.authorization);
    response.writeHead(404).end('{}');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void stranger.close());
  await once(stranger, 'listening');
  const own: unknown[] = [];
  server.hook = (request, response) => {
    if (!at.test(`${request.method} ${request.url}`)) return false;
    own.push(request.headers.authorization);
    request.resume();
    response.writeHead(307, { location: `http://localhost:${(stranger.address() as AddressInfo).port}/` }).end();
    return true;
  };
  const job = await runJob(on(tempDir()));
  expect(job.outputs.result, job.log).toBe('built');
  expect(own, job.log).toEqual(['Bearer runtime-token']);
  expect(seen).toEqual([undefined]);
});

test('a dist folder without the program that carries costs a warning', async () => {
  const { server, on } = await pool();
  const dist = join(tempDir(), 'dist');
  cpSync(dirname(MAIN), dist, { recursive: true, filter: (path) => !path.endsWith('/carry') });
  const job = await runJob({ ...on(tempDir()), entry: join(dist, 'main.js') });
  expect(job.outputs, job.log).toMatchObject({ result: 'built', source: 'build' });
  expect(warnings(job)).toEqual([expect.stringContaining('lacks carry.js. Use the whole dist folder of the action')]);
  expect(server.seen).toEqual([]);
});

describe('a cancel ends a transfer, and leaves nothing', () => {
  test.each<readonly [string, RegExp, number]>([
    ['a restore', /GetCacheEntryDownloadURL/, 130],
    // The build is published, and the step says so.
    ['the upload', /CreateCacheEntry/, 0],
  ])('%s that stands still', async (_what, at, expected) => {
    const { server, on } = await pool();
    const asked = Promise.withResolvers<void>();
    server.hook = ({ url }) => {
      if (!at.test(url ?? '')) return false;
      asked.resolve();
      return true;
    };
    const root = tempDir();
    const job = startJob(on(root));
    await asked.promise;
    const began = performance.now();
    job.kill('SIGINT');
    const { code } = await job.ended;
    expect(performance.now() - began).toBeLessThan(7000);
    expect(code, job.log).toBe(expected);
    expect(warnings(job)).toEqual([]);
    expect(processesOf(job)).toEqual([]);
    expect(readdirSync(job.temp)).toEqual([]);
    expect(litter(root)).toEqual([]);
    server.hook = () => false;
    const next = await runJob(on(root));
    expect(next.end.code, next.log).toBe(0);
  });
});

test('a step that is killed while it restores leaves no process, and the next one goes on', async () => {
  const { server, builds, on } = await pool();
  await runJob(on(tempDir()));
  const asked = Promise.withResolvers<void>();
  server.hook = ({ url }) => {
    if (!/GetCacheEntryDownloadURL/.test(url ?? '')) return false;
    asked.resolve();
    return true;
  };
  const there = tempDir();
  const killed = startJob(on(there));
  await asked.promise;
  killed.kill('SIGKILL');
  await killed.ended;
  server.hook = () => false;
  const next = await runJob(on(there));
  expect(next.outputs, next.log).toMatchObject({ source: 'remote' });
  expect(builds.lines()).toHaveLength(1);
  expect(processesOf(killed)).toEqual([]);
  expect(litter(there)).toEqual([]);
});

test('what a killed step has begun to restore ends by itself, also if nobody comes after it', async () => {
  const { server, on } = await pool();
  const asked = Promise.withResolvers<void>();
  server.hook = () => {
    asked.resolve();
    return true;
  };
  const killed = startJob(on(tempDir()));
  await asked.promise;
  expect(processesOf(killed).length).toBeGreaterThan(1);
  killed.kill('SIGKILL');
  await killed.ended;
  await allGone(killed);
});
