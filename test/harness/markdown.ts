import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
/** Not ours, or not for people. */
const OTHERS = /^(?:node_modules|dist|\.git)\//;

/** A file of this repository, by its path in it. */
export function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** All documents of this repository, by their paths in it, as links write them. */
export const documents = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll(sep, '/'))
  .filter((name) => name.endsWith('.md') && !OTHERS.test(name))
  .sort();

/** Its blocks are for other systems. They have a test of their own, `test/admin/run/recipes.test.ts`. */
export const OTHER_CI = 'docs/other-ci.md';

/** Its blocks are for the tools that make runners. They have a test of their own, `test/deploying`. */
export const DEPLOYING = 'docs/deploying.md';

/** What documents write for the commit that a reader pins, for as long as no release is tagged. */
export const UNRELEASED = 'COMMIT';

/** The text below a heading, up to the next one of its own or a higher level. */
export function section(document: string, heading: string): string {
  const [, level = ''] = /^(#+) /.exec(heading) ?? [];
  const [, after] = read(document).split(`\n${heading}\n`);
  if (after === undefined) throw new Error(`${document} has no ${heading}`);
  return after.split(new RegExp(`\n#{1,${level.length}} `))[0] ?? '';
}

/** The blocks of code below a heading, in whatever language. */
export function blocksBelow(document: string, heading: string): string[] {
  const found = section(document, heading).matchAll(/^```\w+\n([\s\S]*?)^```$/gm);
  return Array.from(found, ([, text = '']) => text);
}

/** Cells of the rows of all tables in `text`, without their heads. */
export function rows(text: string): string[][] {
  const lines = text
    .split('\n')
    .filter((line, index, all) => line.startsWith('|') && !all[index + 1]?.startsWith('| ---'));
  return lines
    .filter((line) => !line.startsWith('| ---'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

/** A cell's text without the backquotes around it. */
export function plain(cell = ''): string {
  return cell.replaceAll('`', '');
}

/** The blocks of code in one language, without the indentation of the list that they are in. */
export function codeBlocks(document: string, language: string): string[] {
  const fenced = new RegExp(`^( *)\`\`\`${language}\n([\\s\\S]*?)^\\1\`\`\`$`, 'gm');
  return [...read(document).matchAll(fenced)].map(([, indent = '', text = '']) =>
    text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

/** The names by which a link reaches the headings, as GitHub makes them. */
export function anchors(document: string): string[] {
  const prose = read(document).replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '');
  const seen = new Map<string, number>();
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => {
    const name = title
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-');
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0 ? name : `${name}-${before}`;
  });
}

/** Where the links of a document lead that do not leave this repository. */
export function inwardLinks(document: string): string[] {
  const targets = [...read(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}
