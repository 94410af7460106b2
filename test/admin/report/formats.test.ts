import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../../harness/job/cli.ts';
import { tempDir } from '../../harness/job/job.ts';
import { rows } from '../../harness/markdown.ts';
import { journalOf } from './a-journal.ts';

/** What a hostile job may have noted. */
const HOSTILE = '</script><img src=x onerror=alert(1)>|"\\\n::error::x\u202e`';
const SHOWN = '</script><img src=x onerror=alert(1)>|"\\\\n::error::x\\u202e`';

function aPool(): string {
  return journalOf(
    { result: 'built', buildMs: 90_000, publishMs: 800, slotGroup: 'cc', slotWaitedMs: 2000 },
    { result: 'waited', waitedMs: 60_000, buildMs: 90_000 },
    { result: 'reused', buildMs: 90_000, deliverMs: 300 },
    {
      result: '',
      error: 'BUILD_FAILED',
      key: HOSTILE,
      id: 'script-0123456789abcdef0123',
      scope: 'a"b\\c',
      buildMs: 30,
      bytes: undefined,
    },
    { result: 'built', key: HOSTILE, id: 'script-0123456789abcdef0123', buildMs: 40_000, scope: 'a"b\\c' },
  );
}

async function formatted(root: string, format: string, ...args: readonly string[]): Promise<string> {
  const { code, out, err } = await runCli(['report', '--root', root, '--format', format, ...args]);
  expect([code, err]).toEqual([0, '']);
  return out;
}

test('the table has the figures, the keys, the failures and what is not in it', async () => {
  const root = aPool();
  const { out } = await runCli(['report', '--root', root]);
  expect(out.split('\n')[0]).toMatch(new RegExp(`^${root}, \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d to \\S+ \\S+ UTC$`));
  expect(out).toMatch(/^ {2}Steps +5$/m);
  expect(out).toMatch(/^ {2}Hit ratio +50 %$/m);
  expect(out).toMatch(/^ {2}Build time avoided +2 m$/m);
  expect(out).toMatch(/^ {2}KEY +SCOPE +AVOIDED +HANDED OUT +BUILDS +SIZE$/m);
  expect(out).toMatch(/^ {2}llvm-18 +acme\/app +2 m +2 +1 +340 MB$/m);
  expect(out).toMatch(/^ {2}BUILD_FAILED +1 .* https:\/\/github.com\/acme\/app\/actions\/runs\/42\/attempts\/1$/m);
  expect(out).toMatch(/^ {2}cc +1 +1 m 31 s +1 +2 s +2 s$/m);
  expect(out).toContain('What is not in it\n- A step that was killed');
  // A hostile key stands in one line, as text.
  expect(out).not.toMatch(/^::error/m);
  expect(out).not.toContain('\u202e');
});

test('where nothing was noted, the table says so', async () => {
  expect(await formatted(tempDir(), 'table')).toContain('\n- No step has left an event in this time.\n');
});

test('files that are no events are told in the table', async () => {
  const root = journalOf({});
  const journal = join(root, 'build-once/v1/.journal');
  writeFileSync(join(journal, readdirSync(journal)[0] ?? '', 'aaaaaaaaaaaa.json'), '{');
  expect(await formatted(root, 'table')).toMatch(
    /^- One file of the journal gives no event: \d{4}-\d\d-\d\d\/aaaaaaaaaaaa\.json is no event that this version knows\.$/m,
  );
});

test('Markdown has the same tables, and shows what is in them as text', async () => {
  const whole = await formatted(aPool(), 'markdown');
  // Code shows everything as it is.
  const text = whole.replace(/\n(`{3,})text\n[\s\S]*?\n\1\n/, '');
  expect(text).not.toBe(whole);
  expect(text).not.toContain('<img');
  expect(text).not.toContain('</script>');
  expect(text).toContain('[run](https://github.com/acme/app/actions/runs/42/attempts/1)');
  const decoded = (cell = '') => cell.replaceAll(/&#(\d+);/g, (_all, code) => String.fromCharCode(Number(code)));
  const [failure] = rows(text).filter(([reason]) => decoded(reason) === 'BUILD_FAILED');
  expect(decoded(failure?.[3])).toBe(`<code>${SHOWN}</code>`);
});

describe('prometheus', () => {
  const READ = `
import sys, json
from prometheus_client.parser import text_string_to_metric_families
families = list(text_string_to_metric_families(sys.stdin.read()))
print(json.dumps([[f.name, f.type, f.documentation, [[s.name, s.labels, s.value] for s in f.samples]] for f in families]))
`;
  const python = ['/usr/bin/python3', 'python3'].find(
    (each) => spawnSync(each, ['-c', 'import prometheus_client']).status === 0,
  );
  const missing = python === undefined ? ' (skipped: python3 has no prometheus_client)' : '';

  test.skipIf(python === undefined)(`a real parser reads it${missing}`, async () => {
    const text = await formatted(aPool(), 'prometheus');
    const { stdout, stderr } = spawnSync(python ?? '', ['-c', READ], { input: text, encoding: 'utf8' });
    expect(stderr).toBe('');
    const families = JSON.parse(stdout) as [string, string, string, [string, Record<string, string>, number][]][];
    const samples = families.flatMap(([, , , each]) => each);
    for (const [name, type, help] of families) {
      expect(name).toMatch(/^build_once_[a-z_]+$/);
      expect(type).toBe('gauge');
      expect(help).not.toBe('');
    }
    const of = (name: string) => samples.filter(([each]) => each === `build_once_${name}`);
    expect(of('steps').map(([, labels, value]) => [labels.result, value])).toEqual([
      ['reused', 1],
      ['waited', 1],
      ['built', 2],
      ['private', 0],
      ['missed', 0],
      ['failed', 1],
    ]);
    expect(of('hit_ratio')).toEqual([['build_once_hit_ratio', {}, 0.5]]);
    expect(of('failures')).toEqual([['build_once_failures', { reason: 'BUILD_FAILED' }, 1]]);
    expect(of('slot_wait_seconds')).toEqual([['build_once_slot_wait_seconds', { group: 'cc' }, 2]]);
    expect(of('key_slowest_build_seconds')).toEqual([
      ['build_once_key_slowest_build_seconds', { key: 'llvm-18', scope: 'acme/app' }, 90],
      ['build_once_key_slowest_build_seconds', { key: SHOWN, scope: 'a"b\\c' }, 40],
    ]);
  });

  test('a series is there once, also where two platforms have one key', async () => {
    const root = journalOf(
      { result: 'built', buildMs: 9000, id: 'llvm-18-0123456789abcdef0123' },
      { result: 'built', buildMs: 5000, id: 'llvm-18-0123456789abcdef0124' },
    );
    const lines = (await formatted(root, 'prometheus')).split('\n').filter((line) => !line.startsWith('#'));
    const series = lines.map((line) => line.replace(/ \S+$/, '')).filter(Boolean);
    expect(series.length).toBe(new Set(series).size);
    expect(lines).toContain('build_once_key_slowest_build_seconds{key="llvm-18",scope="acme/app"} 9');
  });

  test('many keys, reasons and groups do not make many series', async () => {
    const letters = (index: number) => String.fromCharCode(65 + (index % 26), 65 + Math.floor(index / 26));
    const root = journalOf(
      ...Array.from({ length: 60 }, (_, index) => ({
        ...{ key: `key-${index}`, id: `key-${String(index).padStart(20, '0')}`, slotGroup: `group-${index}` },
        ...(index % 2 === 0 ? { result: '', error: letters(index) } : { result: 'built', slotWaitedMs: index }),
      })),
    );
    const lines = (await formatted(root, 'prometheus')).split('\n');
    for (const name of ['failures', 'slot_steps', 'slot_waits', 'key_slowest_build_seconds']) {
      expect(lines.filter((line) => line.startsWith(`build_once_${name}{`)).length, name).toBe(20);
    }
  });

  test('without a step there is no ratio, and that is a number of the format', async () => {
    expect(await formatted(tempDir(), 'prometheus')).toMatch(/^build_once_hit_ratio NaN$/m);
  });
});

describe('--output', () => {
  test('writes the file in one step, and nothing else', async () => {
    const [root, dir] = [aPool(), tempDir()];
    const [file, other] = [join(dir, 'build-once.prom'), join(dir, 'elsewhere')];
    writeFileSync(other, 'of somebody');
    symlinkSync(other, file);
    expect(await formatted(root, 'prometheus', '--output', file)).toBe('');
    expect(readFileSync(file, 'utf8')).toMatch(/^# HELP build_once_report_time_seconds /);
    // The link was replaced, not followed.
    expect(readFileSync(other, 'utf8')).toBe('of somebody');
    expect(readdirSync(dir).sort()).toEqual(['build-once.prom', 'elsewhere']);
  });

  test.each([
    ['a folder that is not there', 'no/x.prom'],
    ['a folder in the place of the file', 'full'],
  ])('%s is told, and leaves nothing', async (_what, name) => {
    const dir = tempDir();
    mkdirSync(join(dir, 'full/of'), { recursive: true });
    const file = join(dir, name);
    const before = readdirSync(dir);
    const { code, out, err } = await runCli(['report', '--root', aPool(), '--output', file]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(new RegExp(`^${file} cannot be written: .*\\. Name another --output\\.\\n$`));
    expect(readdirSync(dir)).toEqual(before);
  });
});
