import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { style } from '../../../src/admin/report/html/style.ts';
import { Browser, noBrowser, type View } from '../../harness/browser.ts';
import { runCli } from '../../harness/job/cli.ts';
import { tempDir } from '../../harness/job/job.ts';
import { anEvent } from '../../harness/journal.ts';
import { removeAll } from '../../harness/remove-all.ts';
import { journalOf } from './a-journal.ts';

const HOSTILE = "</script></style></svg><img src=x onerror=alert(1)><script>alert(2)</script>\"' onload='x";
const hostileWho = { ...anEvent().who, job: HOSTILE, repository: HOSTILE, runUrl: 'javascript:alert(3)//<b>' };

function aPool(): string {
  return journalOf(
    {
      result: 'built',
      buildMs: 600_000,
      stepMs: 1_900_000,
      publishMs: 800,
      slotGroup: HOSTILE,
      slotWaitedMs: 1_200_000,
    },
    { result: 'waited', waitedMs: 60_000, stepMs: 60_100, buildMs: 90_000 },
    { result: 'reused', buildMs: 90_000, deliverMs: 300, stepMs: 400 },
    { result: 'reused', key: HOSTILE, scope: HOSTILE, id: 'script-0123456789abcdef0123', who: hostileWho },
    {
      result: '',
      key: HOSTILE,
      id: 'script-0123456789abcdef0123',
      error: 'BUILD_FAILED',
      buildMs: 30,
      who: hostileWho,
    },
  );
}

async function pageOf(root: string, ...args: readonly string[]): Promise<string> {
  const { code, out, err } = await runCli(['report', '--root', root, '--format', 'html', ...args]);
  expect([code, err]).toEqual([0, '']);
  return out;
}

test('the page is one file that asks for nothing, and has no script', async () => {
  const page = await pageOf(journalOf({}, { result: 'built' }, { result: '', error: 'BUILD_FAILED' }));
  expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(page).toContain('content="default-src &#39;none&#39;;');
  expect(page).not.toMatch(/<(?:script|img|iframe|object|embed|form)\b/i);
  expect(page).not.toMatch(/\bsrc=|@import|url\(|\son\w+="/);
  expect(page).not.toContain('href="javascript');
  expect([...page.matchAll(/<link [^>]*>/g)].map(([link]) => link)).toEqual(['<link rel="icon" href="data:,">']);
});

test('the bar of a build that failed is not that of one that did not, and the legend tells both', async () => {
  const built = { result: 'built', buildMs: 60_000, stepMs: 61_000 };
  const failed = { result: '', error: 'BUILD_FAILED', buildMs: 60_000, stepMs: 61_000 };
  const barsIn = (page: string) => [...page.matchAll(/<svg class="bars".*?<\/svg>/g)].map(([svg]) => svg).join();
  const good = await pageOf(journalOf(built));
  expect(barsIn(good)).toContain('class="building"');
  expect(good).not.toContain('a build that failed');
  const both = await pageOf(journalOf(built, failed));
  expect(
    barsIn(both)
      .match(/class="(?:building|failed)"/g)
      ?.sort(),
  ).toEqual(['class="building"', 'class="failed"']);
  expect(both).toContain('a build that failed');
});

test('docs/tour.html, made by scripts/tour.ts, is such a page, and names no machine', () => {
  const tour = readFileSync(join(import.meta.dirname, '../../../docs/tour.html'), 'utf8');
  expect(tour).toContain(`<style>\n${style}</style>`);
  expect(tour).toContain('<p>/opt/ci-cache, ');
  const places = [...tour.matchAll(/\((?!BUILD_FAILED)([\w.-]+)\)<\/th>/g)].map(([, host]) => host);
  expect(new Set(places)).toEqual(new Set(['ci-host-1']));
  expect(tour).not.toMatch(/\/(?:tmp|home|root|work|Users|var)\//);
  for (const told of ['a build that failed', 'waiting for a slot', 'Locks of dead jobs that were taken over']) {
    expect(tour).toContain(told);
  }
});

test('a month of a pool fits into a small file', async () => {
  const page = await pageOf(journalOf(...Array.from({ length: 400 }, (_, index) => ({ key: `tool-${index % 30}` }))));
  expect(page.length).toBeLessThan(100_000);
});

describe.skipIf(noBrowser !== '')(`in a browser${noBrowser}`, () => {
  let browser: Browser;
  let dir = '';
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'build-once-browser-'));
    browser = new Browser(dir);
  });
  afterAll(async () => {
    await browser.close();
    removeAll(dir);
  });

  async function look(root: string, view: Partial<View> = {}, ...args: readonly string[]) {
    const file = join(tempDir(), 'report.html');
    writeFileSync(file, await pageOf(root, ...args));
    return browser.look(pathToFileURL(file).href, { width: 1280, scheme: 'light', ...view });
  }

  const COUNT = (selector: string) => `document.querySelectorAll(${JSON.stringify(selector)}).length`;
  /** How many bars of a colour can be seen. */
  const SEEN = (selector: string) =>
    `[...document.querySelectorAll(${JSON.stringify(selector)})].filter((bar) => { const { width, height } = bar.getBoundingClientRect(); return width >= 1 && height >= 1; }).length`;
  const LUMINANCE = `(() => { const parts = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number); return parts[0] + parts[1] + parts[2]; })()`;

  test('it shows its bars, without an error and without a request', async () => {
    const page = await look(aPool());
    expect(await page.value('document.title')).toBe('What build-once saved');
    for (const colour of ['reused', 'waiting', 'building', 'failed']) {
      expect(await page.value(SEEN(`#steps-title ~ g rect.${colour}, .chart rect.${colour}`)), colour).toBeGreaterThan(
        0,
      );
    }
    for (const phase of ['waiting', 'slot', 'building']) {
      expect(await page.value(SEEN(`.bars rect.${phase}`)), phase).toBeGreaterThan(0);
    }
    expect(await page.value(`getComputedStyle(document.querySelector('.bars rect.building')).fill`)).toBe(
      'rgb(0, 135, 95)',
    );
    expect(page.errors).toEqual([]);
    expect(page.requests).toEqual([]);
  });

  test('what the journal holds is text', async () => {
    const page = await look(aPool());
    expect(await page.value(COUNT('script, img, iframe, b'))).toBe(0);
    expect(
      await page.value(
        `[...document.querySelectorAll('*')].flatMap((each) => each.getAttributeNames()).filter((name) => name.startsWith('on')).length`,
      ),
    ).toBe(0);
    const text = String(await page.value('document.body.textContent'));
    expect(text).toContain(HOSTILE.slice(0, 50));
    expect(text).toContain('javascript:alert(3)//<b>');
    expect(await page.value(`[...document.links].map(({ protocol }) => protocol).join()`)).toMatch(/^(https:,?)*$/);
    expect(page.errors).toEqual([]);
  });

  test('it is light or dark, as the reader has it', async () => {
    const root = aPool();
    expect(await (await look(root, { scheme: 'light' })).value(LUMINANCE)).toBeGreaterThan(700);
    const dark = await look(root, { scheme: 'dark' });
    expect(await dark.value(LUMINANCE)).toBeLessThan(100);
    expect(dark.errors).toEqual([]);
  });

  test.each([320, 700, 1024, 1920])(
    'nothing has to be scrolled sideways at %i pixels but a wide table in its own place',
    async (width) => {
      const page = await look(aPool(), { width });
      expect(await page.value('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      const [wide, tall] = [
        await page.value('document.querySelector(".chart").getBoundingClientRect().width'),
        await page.value(SEEN('.chart rect')),
      ];
      expect(wide).toBeGreaterThan(width / 4);
      expect(tall).toBeGreaterThan(0);
    },
  );

  test('who does not see it reads the same in words and tables', async () => {
    const page = await look(aPool());
    const named = `[...document.querySelectorAll('svg[role=img]')].every((svg) => svg.getAttribute('aria-labelledby').split(' ').every((id) => document.getElementById(id).textContent.length > 10))`;
    expect(await page.value(named)).toBe(true);
    expect(
      await page.value(
        `[...document.querySelectorAll('svg:not([role=img])')].every((svg) => svg.getAttribute('aria-hidden') === 'true')`,
      ),
    ).toBe(true);
    expect(await page.value(COUNT('details table tbody tr'))).toBeGreaterThan(0);
    const row = await page.value(
      `[...document.querySelectorAll('.run tbody tr')].map((row) => row.textContent).find((text) => text.includes('building'))`,
    );
    // A figure and its unit stay in one line.
    expect(row).toContain('built llvm-18: waiting for a slot 20\u00a0m, building 10\u00a0m, publishing 800\u00a0ms');
    expect(await page.value(`[...document.querySelectorAll('h1,h2,h3')].map(({ tagName }) => tagName).join()`)).toMatch(
      /^H1,H2/,
    );
  });

  test('an empty cache has a page too', async () => {
    const page = await look(tempDir());
    expect(await page.value('document.body.textContent')).toContain('No step has left an event in this time.');
    expect(page.errors).toEqual([]);
  });

  test('the page of one run has its timeline alone', async () => {
    const root = journalOf({}, { who: { ...anEvent().who, runUrl: 'https://github.com/acme/app/actions/runs/43' } });
    const page = await look(root, {}, '--run', '43');
    expect(await page.value(COUNT('.run'))).toBe(1);
    expect(await page.value('document.querySelector("article a").href')).toBe(
      'https://github.com/acme/app/actions/runs/43',
    );
  });
});
