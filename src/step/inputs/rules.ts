import { fetchRules, hasProducer } from './fetch-rules.ts';
import type { PathContext } from './paths.ts';
import { nested } from './paths.ts';
import { type Problem, problem, type Read } from './problem.ts';

type Rule = (read: Read, context: PathContext) => Problem | undefined;

const rules: readonly Rule[] = [
  ...fetchRules,
  nothingBuilds,
  privateNeedsRun,
  timeoutNeedsRun,
  forceBuilds,
  privateBuilds,
  timeoutBuilds,
  toolNeedsVersion,
  versionNeedsTool,
  (read) => needsTool(read, 'arch', read.text('arch') !== ''),
  (read) => needsTool(read, 'adopt', read.values.adopt === true),
  adoptKnowsNoPin,
  toolIsShared,
  linkOrCopy,
];

/** What is wrong with inputs that are valid one by one, but not together. */
export function problemsBetween(read: Read, context: PathContext): Problem[] {
  return rules.map((rule) => rule(read, context)).filter((problem) => problem !== undefined);
}

/** The input that forbids building, as a user writes it; undefined if none does. */
function neverBuilds({ values }: Read): string | undefined {
  if (values['lookup-only'] === true) return 'lookup-only: true';
  return values.build === false ? 'build: false' : undefined;
}

function nothingBuilds(read: Read): Problem | undefined {
  // An invalid `build` or `lookup-only` may have been meant to forbid building.
  const unread = !('build' in read.values) || !('lookup-only' in read.values);
  if (hasProducer(read) || unread || neverBuilds(read) !== undefined) return undefined;
  return problem(
    read,
    'run',
    'is missing, and nothing else builds the artifact',
    'Write the command that builds, or url, repository or image instead, or build: false to reuse what other jobs build',
  );
}

function privateNeedsRun(read: Read): Problem | undefined {
  // Unless building is forbidden, `nothingBuilds` reports this.
  if (read.values.enabled !== false || hasProducer(read) || neverBuilds(read) === undefined) return undefined;
  return problem(
    read,
    'enabled',
    'asks for a private build, but nothing builds the artifact',
    'Write run, or enabled: true',
  );
}

function privateBuilds(read: Read): Problem | undefined {
  const never = neverBuilds(read);
  if (read.values.enabled !== false || !hasProducer(read) || never === undefined) return undefined;
  return problem(read, 'enabled', `asks for a private build, but ${never} forbids building`, 'Write one of the two');
}

function timeoutNeedsRun(read: Read): Problem | undefined {
  if (read.values['on-timeout'] !== 'build' || hasProducer(read) || neverBuilds(read) === undefined) return undefined;
  return problem(
    read,
    'on-timeout',
    'asks for a build, but nothing builds the artifact',
    'Write run, or on-timeout: fail',
  );
}

function timeoutBuilds(read: Read): Problem | undefined {
  const never = neverBuilds(read);
  if (read.values['on-timeout'] !== 'build' || !hasProducer(read) || never === undefined) return undefined;
  return problem(
    read,
    'on-timeout',
    `asks for a build, but ${never} forbids building`,
    'Write on-timeout: fail, or drop the other',
  );
}

function forceBuilds(read: Read): Problem | undefined {
  const never = neverBuilds(read);
  if (read.values.force !== true || never === undefined) return undefined;
  return problem(read, 'force', `asks for a new build, but ${never} forbids building`, 'Write one of the two');
}

function toolNeedsVersion(read: Read): Problem | undefined {
  if (read.text('tool') === '' || read.text('version') !== '') return undefined;
  return problem(read, 'tool', 'was given without version', 'Write both, for example version: 18.1.8');
}

function versionNeedsTool(read: Read): Problem | undefined {
  if (read.text('version') === '' || read.text('tool') !== '') return undefined;
  return problem(read, 'version', 'was given without tool', 'Write both, for example tool: llvm');
}

function needsTool(read: Read, name: 'arch' | 'adopt', given: boolean): Problem | undefined {
  if (!given || read.text('tool') !== '') return undefined;
  return problem(read, name, 'was given without tool', 'Write tool and version too, or drop it');
}

function adoptKnowsNoPin(read: Read): Problem | undefined {
  const pin =
    read.text('sha256') !== '' ? 'sha256' : /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(read.text('ref')) ? 'ref' : '';
  if (read.values.adopt !== true || pin === '') return undefined;
  const wrong = `takes over what another action made, which cannot be compared with ${pin}`;
  return problem(read, 'adopt', wrong, 'Write one of the two');
}

function toolIsShared(read: Read): Problem | undefined {
  const scope = read.text('scope');
  if (read.text('tool') === '' || scope === '' || scope === 'shared') return undefined;
  return problem(
    read,
    'scope',
    'was given with tool, whose place in the tool cache is for all repositories',
    'Write scope: shared, or drop it',
  );
}

function linkOrCopy(read: Read, context: PathContext): Problem | undefined {
  const { link, 'copy-to': copy } = read.values;
  if (link === undefined || copy === undefined || !nested(link, copy, context)) return undefined;
  return problem(
    read,
    'copy-to',
    `and link ${read.text('link')} are the same path, or one is inside the other`,
    'Write two separate paths',
  );
}
