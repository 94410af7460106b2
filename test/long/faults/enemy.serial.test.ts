import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { deadlineIn, stopwatch } from '../../../src/base/wait.ts';
import { MAIN, runJob, tempDir } from '../../harness/job/job.ts';

const [VICTIM, ENEMY, GROUP] = [64_001, 64_002, 64_100];
const [SECONDS, JOBS, KEYS, LIMIT_MS] = [60, 12, 3, 60_000];

const asUser = (user: number) => ['setpriv', `--reuid=${user}`, `--regid=${GROUP}`, '--clear-groups', '--'];
const other = spawnSync('setpriv', [...asUser(VICTIM).slice(1), process.execPath, MAIN]);
const canBeOthers = other.status === 1 && String(other.stdout).includes('key is missing');
const needsOthers = canBeOthers ? '' : ' (skipped: no other user may be used here)';

/** The harness makes a job's folders as root. */
const AS_VICTIM = [
  'sh',
  '-c',
  `job=$(dirname "$GITHUB_OUTPUT"); chmod a+x "$job/.."; chown -R ${VICTIM}:${GROUP} "$job"; exec ${asUser(VICTIM).join(' ')} "$@"`,
  'sh',
];

/** A folder of the victim's, with names in it as the protocol has them: a step that is led there would take them for its own. */
function homeOfVictim(): string {
  const home = tempDir();
  for (const folder of ['lock', 'tmp', 'entry', 'holders', '0123456789ab', 'lock/deep']) mkdirSync(join(home, folder));
  const files = [
    'manifest.json',
    'mark',
    'lock/owner-0123456789ab',
    'tmp/x',
    'entry/manifest.json',
    '0123456789ab/file',
  ];
  for (const file of files) writeFileSync(join(home, file), `precious ${file}`);
  for (const name of ['', ...names(home)]) chownSync(join(home, name), VICTIM, GROUP);
  chmodSync(home, 0o755);
  return home;
}

function names(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort();
}

/** What is below a folder, byte for byte. */
function stateOf(dir: string): Readonly<Record<string, string>> {
  const told = names(dir).map((name) => {
    const stats = lstatSync(join(dir, name));
    const content = stats.isFile() ? readFileSync(join(dir, name), 'utf8') : '';
    return [name, `${stats.mode.toString(8)} ${stats.uid}:${stats.gid} ${content}`];
  });
  return Object.fromEntries(told);
}

function startEnemy(root: string, home: string): ChildProcess {
  const program = join(import.meta.dirname, '../../harness/enemy/enemy.ts');
  const [command = '', ...args] = asUser(ENEMY);
  const enemy = spawn(command, [...args, process.execPath, program, root, home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void enemy.kill('SIGKILL'));
  return enemy;
}

test.skipIf(!canBeOthers)(
  `an enemy of the same group, for a minute: nothing outside changes, no step hangs, and what is handed out is what was built${needsOthers}`,
  async () => {
    const root = tempDir();
    chownSync(root, VICTIM, GROUP);
    chmodSync(root, 0o2770);
    const home = homeOfVictim();
    const before = stateOf(home);
    const inputs = (key: string) => ({
      key,
      shared: 'group',
      'wait-timeout': '15s',
      run: `mkdir "$BUILD_ONCE_OUT/d"; echo "${key}" > "$BUILD_ONCE_OUT/d/file"; echo whole > "$BUILD_ONCE_OUT/end"`,
    });
    await runJob({ root, wrapper: AS_VICTIM, inputs: inputs('first') });
    const enemy = startEnemy(root, home);
    let deeds = '';
    enemy.stdout?.setEncoding('utf8').on('data', (text: string) => {
      deeds += text;
    });
    const left = deadlineIn(1000 * SECONDS);
    const results: Record<string, number> = {};
    let slowestMs = 0;
    const lane = async () => {
      for (; left.left() > 0; ) {
        const key = `key-${Math.floor(Math.random() * KEYS)}-${Math.floor(left.left() / 5000)}`;
        const took = stopwatch();
        const job = await runJob({ root, wrapper: AS_VICTIM, inputs: inputs(key) });
        slowestMs = Math.max(slowestMs, took());
        const result = job.end.code === 0 ? (job.outputs.result ?? '') : 'failed';
        results[result] = (results[result] ?? 0) + 1;
        expect.soft(job.log, key).not.toContain('build-once itself failed');
        if (job.end.code !== 0) expect.soft(job.log.match(/^::error::/gm), `${key}\n${job.log}`).toHaveLength(1);
        else {
          const read = (name: string) => readFileSync(join(job.outputs.path ?? '', name), 'utf8').trim();
          expect.soft([read('d/file'), read('end')], job.log).toEqual([key, 'whole']);
        }
      }
    };
    await Promise.all(Array.from({ length: JOBS }, lane));
    enemy.kill('SIGTERM');
    await once(enemy, 'close');
    console.log(
      `an enemy for ${SECONDS} s: ${JSON.stringify(results)}, slowest step ${Math.round(slowestMs)} ms; ${deeds.trim()}`,
    );
    expect(slowestMs).toBeLessThan(LIMIT_MS);
    expect(results.built ?? 0).toBeGreaterThan(5);
    const after = stateOf(home);
    // A new file of a claim may come to lie behind a link that takes a folder's place in that very moment (SECURITY.md).
    expect(Object.fromEntries(Object.keys(before).map((name) => [name, after[name]]))).toEqual(before);
  },
  180_000,
);
