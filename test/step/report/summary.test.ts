import { describe, expect, test } from 'vitest';
import { OnceError } from '../../../src/base/errors.ts';
import type { Outcome } from '../../../src/recipe/outcome.ts';
import { summaryOf } from '../../../src/step/report/summary.ts';
import { anOutcome, manifest } from './an-outcome.ts';

function show(change: Partial<Outcome>): string {
  return summaryOf(anOutcome(change), 'always');
}

/** The cells of the one row of the table. */
function cells(summary: string): string[] {
  const row = summary.split('\n')[2] ?? '';
  return row.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''));
}

test('it is one table', () => {
  expect(show({ result: 'waited', waitedMs: 72_000 })).toBe(
    `| Key | Result | Source | Waited | Built in | Build time avoided | Size | Built by |
| --- | --- | --- | --- | --- | --- | --- | --- |
| <code>llvm-18</code> | waited | disk | 1 m 12 s | 1 m 31 s | 19 s | 340 MB | [acme/app, build](https://github.com/acme/app/actions/runs/42) |

`,
  );
});

describe('a bar of text below the table', () => {
  const bar = (change: Partial<Outcome>) => /<code>([^<]*)<\/code> (.*)\n\n$/.exec(show(change))?.slice(1);

  test.each<[string, Partial<Outcome>, string, string]>([
    [
      'a wait, then a build of its own',
      { result: 'built', waitedMs: 30_000, buildMs: 60_000, noted: { publishMs: 200 } },
      `${'░'.repeat(13)}${'█'.repeat(27)}`,
      'waiting for a build 30 s, building 1 m, publishing 200 ms',
    ],
    [
      'a slot, then a build that failed',
      { result: undefined, manifest: undefined, slotWaitedMs: 5000, buildMs: 5000 },
      `${'▒'.repeat(20)}${'█'.repeat(20)}`,
      'waiting for a slot 5 s, building 5 s',
    ],
    [
      'a wait for others, then a copy',
      { result: 'waited', waitedMs: 3000, buildMs: 90_000, noted: { deliverMs: 1000 } },
      `${'░'.repeat(30)}${'▪'.repeat(10)}`,
      'waiting for a build 3 s, copying or linking for the job 1 s',
    ],
  ])('shows %s', (_what, change, signs, told) => {
    expect(bar(change)).toEqual([signs, told]);
  });

  test.each<[string, Partial<Outcome>]>([
    ['only waited', { result: 'waited', waitedMs: 72_000 }],
    ['only built', { result: 'built', buildMs: 60_000, noted: { publishMs: 20 } }],
    ['built in a moment', { result: 'built', buildMs: 1900, noted: { publishMs: 78 } }],
    ['reused', { result: 'reused', buildMs: 60_000 }],
  ])('is not there for a step that %s', (_what, change) => {
    expect(show(change)).not.toContain('█');
    expect(show(change).match(/<code>/g)?.length).toBe(1);
  });
});

describe('when it is shown', () => {
  test.each<['auto' | 'always' | 'never', Partial<Outcome>, boolean]>([
    ['auto', { result: 'reused' }, false],
    ['auto', { result: 'waited' }, true],
    ['auto', { result: 'built' }, true],
    ['auto', { result: 'private' }, true],
    ['auto', { result: 'missed' }, true],
    ['auto', { result: undefined }, true],
    ['auto', { result: 'reused', error: new OnceError('DELIVERY_FAILED', 'x') }, true],
    ['always', { result: 'reused' }, true],
    ['never', { result: 'built' }, false],
    ['never', { result: undefined, error: new OnceError('BUILD_FAILED', 'x') }, false],
  ])('%s with %j: %s', (when, change, shown) => {
    expect(summaryOf(anOutcome(change), when) !== '').toBe(shown);
  });
});

describe('each result has its row', () => {
  const URL = manifest.builtBy.runUrl;
  const by = `[acme/app, build](${URL})`;
  test.each<[Partial<Outcome>, string[]]>([
    [{ result: 'reused' }, ['reused', 'disk', '–', '1 m 31 s', '1 m 31 s', '340 MB', by]],
    [
      { result: 'built', origin: 'build', buildMs: 2000 },
      ['built', 'build', '–', '2 s', '0 s', '340 MB', `[this job](${URL})`],
    ],
    [
      { result: 'private', origin: 'build', manifest: undefined, buildMs: 2000, waitedMs: 500 },
      ['private', 'build', '500 ms', '2 s', '0 s', '–', 'this job, for itself'],
    ],
    [{ result: 'missed', origin: undefined, manifest: undefined }, ['missed', '–', '–', '–', '–', '–', '–']],
    [{ result: undefined, origin: undefined, manifest: undefined }, ['failed', '–', '–', '–', '–', '–', '–']],
    [
      { manifest: { ...manifest, producer: 'image', bytes: 0 } },
      ['reused', 'disk', '–', '1 m 31 s', '1 m 31 s', '–', by],
    ],
    [{ manifest: { ...manifest, bytes: undefined } }, ['reused', 'disk', '–', '1 m 31 s', '1 m 31 s', '–', by]],
  ])('%#', (change, row) => {
    expect(cells(show(change)).slice(1)).toEqual(row);
  });
});

describe('what other people wrote is shown and means nothing', () => {
  test.each([
    ['a|b', '<code>a&#124;b</code>'],
    ['`x`', '<code>&#96;x&#96;</code>'],
    ['two\nlines', '<code>two&#92;nlines</code>'],
    ['<img src=x onerror=alert(1)>', '<code>&#60;img src=x onerror=alert(1)&#62;</code>'],
    ['</code>', '<code>&#60;/code&#62;</code>'],
    ['[x](https://evil.example)', '<code>&#91;x&#93;(https&#58;//evil.example)</code>'],
    ['**bold** __init__ a_b_c', '<code>&#42;&#42;bold&#42;&#42; &#95;&#95;init&#95;&#95; a_b_c</code>'],
    ['&amp; @team #1 $x$', '<code>&#38;amp; &#64;team &#35;1 &#36;x&#36;</code>'],
    ['🔑-é', '<code>🔑-é</code>'],
  ])('the key %j', (key, cell) => {
    expect(cells(show({ key }))[0]).toBe(cell);
  });

  test('every key makes one row of eight cells', () => {
    for (let code = 0; code < 0x250; code++) {
      const summary = show({ key: `a${String.fromCharCode(code)}b${String.fromCharCode(code).repeat(3)}` });
      expect(summary.split('\n'), String(code)).toHaveLength(5);
      expect(summary.split('\n')[2]?.split('|'), String(code)).toHaveLength(10);
    }
  });

  test.each([
    'javascript:alert(1)',
    'https://x) [y](https://z',
    'https://x|y',
    'https://x\ny',
    'https://<x>',
    '',
    `https://${'x'.repeat(600)}`,
  ])('the link %j is none', (runUrl) => {
    expect(cells(show({ manifest: { ...manifest, builtBy: { ...manifest.builtBy, runUrl } } }))[7]).toBe(
      'acme/app, build',
    );
  });

  test('the name of who built', () => {
    const builtBy = { ...manifest.builtBy, repository: 'a](javascript:x)|', job: '<b>\n', runUrl: '' };
    expect(cells(show({ manifest: { ...manifest, builtBy } }))[7]).toBe(
      'a&#93;(javascript&#58;x)&#124;, &#60;b&#62;&#92;n',
    );
    const nobody = { ...builtBy, repository: '', job: '' };
    expect(cells(show({ manifest: { ...manifest, builtBy: nobody } }))[7]).toBe('unknown');
  });
});

describe('a failure', () => {
  const failed = (message: string): string =>
    show({ result: undefined, error: new OnceError('BUILD_FAILED', message) });

  test('is told in a line below the table', () => {
    expect(failed('The build of `x` failed with exit code 3.\n- see <there>')).toContain(
      '|\n\n**Failed:** The build of &#96;x&#96; failed with exit code 3.<br>- see &#60;there&#62;\n',
    );
  });

  test('with everything as long as can be still makes a small summary', () => {
    const error = new OnceError('BUILD_FAILED', `${'|'.repeat(1e6)}\n`.repeat(5));
    const builtBy = { ...manifest.builtBy, repository: '<'.repeat(1e6), job: '<'.repeat(1e6) };
    const summary = show({ key: '`'.repeat(1e6), error, result: undefined, manifest: { ...manifest, builtBy } });
    expect(summary.length).toBeLessThan(100_000);
  });
});
