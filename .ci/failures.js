// failures.js REPORT...: what failed, from vitest's JSON reports: each failed test with its file, its full name and the
// head of its messages. For the end of a log whose start may be cut off; the more failed, the fewer lines each.
import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const mostLines = 150;
const mostLinesOfOne = 12;
const mostColumns = 240;
/** A line of a stack that shows no line of ours. */
const elsewhere = /^\s+at .*(node_modules|node:internal|<anonymous>)/;

const failures = process.argv.slice(2).flatMap((report) => failuresIn(report));
const linesOfOne = Math.max(1, Math.min(mostLinesOfOne, Math.floor(mostLines / failures.length) - 2));
const shown = failures.slice(0, Math.floor(mostLines / (linesOfOne + 2)));
for (const { title, message } of shown) {
  process.stdout.write(`\n${title}\n${head(message).join('')}`);
}
if (failures.length === 0) process.stdout.write('None in the reports: see the stages that failed.\n');
if (shown.length < failures.length) {
  process.stdout.write(`\nand ${failures.length - shown.length} more: see the stages above.\n`);
}

/** A report that is not there or cut short says nothing: its stage has failed, and the overview says so. */
function failuresIn(report) {
  let files = [];
  try {
    files = JSON.parse(readFileSync(report, 'utf8')).testResults;
  } catch {}
  return files.filter(({ status }) => status === 'failed').flatMap((file) => failuresOf(file));
}

function failuresOf(file) {
  const name = relative(process.cwd(), file.name);
  const failed = file.assertionResults.filter(({ status }) => status === 'failed');
  if (failed.length === 0) {
    return [{ title: `${name} > (the file itself)`, message: file.message }];
  }
  return failed.map((test) => ({ title: `${name} > ${test.fullName}`, message: test.failureMessages.join('\n') }));
}

function head(message) {
  const lines = stripVTControlCharacters(message)
    .replaceAll(process.cwd() + sep, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !elsewhere.test(line));
  const cut = lines.length > linesOfOne ? [...lines.slice(0, linesOfOne - 1), '…'] : lines;
  return cut.map((line) => `    ${line.length > mostColumns ? `${line.slice(0, mostColumns)}…` : line}\n`);
}
