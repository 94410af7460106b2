import { resolve } from 'node:path';
import { OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import { isForGroup } from '../../host/access/sticky.ts';
import type { Request } from '../../recipe/request.ts';
import type { ToolPlace } from '../../store/tool/place.ts';
import type { Facts } from '../platform.ts';
import { platformOf } from '../platform.ts';
import type { StepRequest } from '../request.ts';
import { aliasNames, type Renamed, underOwnNames } from './aliases.ts';
import { type Given, notesOn, variablePart } from './notes.ts';
import type { PathContext } from './paths.ts';
import { realPath } from './paths.ts';
import type { Problem } from './problem.ts';
import { commandOf, keyOf, producerBySteps, producerOf } from './producer-spec.ts';
import { rootOf, toolCacheOf } from './root.ts';
import { problemsBetween } from './rules.ts';
import type { InputName, Values } from './table.ts';
import { inputNames, inputs, poolWide } from './table.ts';
import { BadValue } from './values.ts';

/** The environment a step was started with. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads the request of a step from its environment. Touches no file, apart from resolving links in the path of the root,
 * and looking at its mode.
 * @throws OnceError BAD_INPUT, which lists all invalid inputs
 */
export function readRequest(env: Env, facts: Facts, asked: Asked = {}): StepRequest {
  const names = namesIn(env);
  const { texts, called, problems: doubled } = textsIn(env, asked);
  const { GITHUB_WORKSPACE: workspace = '' } = env;
  const context = { os: facts.os, workspace: resolve(facts.cwd, workspace) };
  const problems: Problem[] = [...doubled];
  const pool = poolTexts(env, names, texts, asked);
  const nameOf = (name: InputName) => called[name] ?? calledBy(name, pool);
  const values = readValues({ ...texts, ...pool }, nameOf, asked, context, problems);
  const text = (name: InputName) => texts[name].trim();
  const read = { values, text, called: (name: InputName) => called[name] ?? name, bySteps: asked.bySteps === true };
  problems.push(...problemsBetween(read, context));
  // If `root` itself is invalid, that is a problem already.
  const root = values.root ?? ('root' in values ? rootOf(env, problems) : '');
  if (root !== '' && (values['add-path']?.length ?? 0) > 0) problems.push(...separatorIn(root, facts));
  if (problems.length > 0) throw badInput(problems);
  // Safe: a value is missing only if its input has a problem.
  const request = requestOf(values as Values, env, facts, { ...context, root: realPath(root) }, asked);
  return { ...request, notes: notesOn(request.subject.key, names, knownTo(asked), poolWide) };
}

/** A build in such a root could not be used, and is not even begun. */
function separatorIn(root: string, { os }: Facts): Problem[] {
  const separator = os === 'win32' ? ';' : ':';
  if (!realPath(root).includes(separator)) return [];
  const wrong = `has a "${separator}" in it, which separates the folders of PATH, so no folder of a build there can go on PATH`;
  return [{ name: 'root', value: root, wrong, instead: 'Name another root, or drop add-path' }];
}

/** The variables that name inputs, or look so. One listing of them costs less than to ask for each that may be there. */
function namesIn(env: Env): Given {
  const all = Object.keys(env);
  const after = (start: string) => all.filter((name) => name.startsWith(start)).map((name) => name.slice(start.length));
  return { inputs: after('INPUT_').map((name) => name.toLowerCase()), pool: after('BUILD_ONCE_') };
}

/** All inputs of an action, also those that the runner fills in. */
function knownTo({ names = inputNames, renamed = {}, bySteps }: Asked): string[] {
  const called = names.map((name) => renamed[name]?.name ?? name);
  return [...called, ...(bySteps ? [] : aliasNames), 'check-run-id', 'job-token', 'job-status'];
}

/** What the pool says about inputs that the step leaves unset. */
function poolTexts(env: Env, { pool }: Given, texts: Texts, { names, renamed }: Asked): Partial<Texts> {
  if (pool.length === 0) return {};
  const unset = poolWide.filter((name) => {
    const isAsked = names?.includes(name) ?? true;
    return isAsked && renamed?.[name] === undefined && texts[name].trim() === '' && pool.includes(variablePart(name));
  });
  return Object.fromEntries(unset.map((name) => [name, env[`BUILD_ONCE_${variablePart(name)}`] ?? '']));
}

/** How the inputs of another action than the main one differ. */
export interface Asked {
  /** The inputs that it has; all by default. */
  readonly names?: readonly InputName[];
  /** Inputs that have another name or default there. */
  readonly renamed?: Partial<Record<InputName, { readonly name: string; readonly fallback: string }>>;
  /** Other steps of the job make the artifact. Such an action knows its inputs by our names alone. */
  readonly bySteps?: boolean;
}

type Texts = Renamed['texts'];

/** Reads each variable once: a read of `process.env` takes microseconds. */
function textsIn(env: Env, { names, renamed, bySteps }: Asked): Renamed {
  const given = (name: string) => env[`INPUT_${name.toUpperCase()}`] ?? '';
  const text = (name: InputName) => {
    if (names !== undefined && !names.includes(name)) return '';
    return given(renamed?.[name]?.name ?? name);
  };
  const own = Object.fromEntries(inputNames.map((name) => [name, text(name)])) as Texts;
  return underOwnNames(own, bySteps ? () => '' : given);
}

function isUsual(name: InputName, text: string): boolean {
  return ['', inputs[name].fallback].includes(text.trim());
}

function calledBy(name: InputName, pool: Partial<Texts>): string {
  return pool[name] === undefined ? name : `BUILD_ONCE_${variablePart(name)}`;
}

function readValues(
  texts: Texts,
  nameOf: (name: InputName) => string,
  { renamed }: Asked,
  context: PathContext,
  problems: Problem[],
): Partial<Values> {
  const values: Partial<Record<InputName, unknown>> = {};
  for (const name of inputNames) {
    const { usual, read, verbatim } = inputs[name];
    const { name: called, fallback } = renamed?.[name] ?? {
      name: nameOf(name),
      fallback: inputs[name].fallback,
    };
    const text = texts[name];
    const trimmed = text.trim();
    try {
      const given = trimmed === '' ? fallback : verbatim ? text : trimmed;
      values[name] = renamed?.[name] === undefined && isUsual(name, text) ? usual : read(given, context);
    } catch (error) {
      if (!(error instanceof BadValue)) throw error;
      problems.push(...error.faults.map((fault) => ({ name: called, ...fault })));
    }
  }
  return values as Partial<Values>;
}

function requestOf(
  values: Values,
  env: Env,
  facts: Facts,
  { root, ...context }: PathContext & { readonly root: string },
  { bySteps = false }: Asked,
): Omit<StepRequest, 'notes'> {
  const tool = toolOf(values, env, facts, root);
  const producer = bySteps ? producerBySteps(values) : producerOf(values, env, context);
  return {
    enabled: values.enabled,
    subject: {
      key: values.key ?? keyOf(producer),
      scope: scopeOf(values, env),
      // `arch` decides, not the machine that builds: a build for another architecture is another artifact.
      platform: values.platform === 'any' ? 'any' : platformOf(facts, values.arch),
      // The build of a command may contain its own path; what is fetched does not.
      relocatable: values.relocatable ?? (producer?.name === 'url' || producer?.name === 'repository'),
      root,
    },
    producer,
    check: commandOf(values.check, values, context),
    tool,
    policy: policyOf(values, root),
    delivery: {
      workspace: context.workspace,
      link: values.link,
      copyTo: values['copy-to'],
      addPath: values['add-path'],
      exportEnv: values['export-env'],
    },
    pool: poolOf(values),
    remote: values.remote === 'off' ? undefined : values['remote-mode'],
    summary: values.summary,
    failOnMiss: values['fail-on-cache-miss'],
  };
}

function poolOf({ pool: address, 'pool-password': password, 'pool-lease': leaseMs }: Values): StepRequest['pool'] {
  return address === undefined ? undefined : { address, password, leaseMs };
}

/** A tool or an image has one place for all repositories of the host, so its scope is `shared`. */
function scopeOf({ scope, tool, image }: Values, { GITHUB_REPOSITORY: repository = '' }: Env): string {
  // Whatever the pool says. The rules refuse another scope in the step itself.
  if (tool !== undefined) return 'shared';
  return scope ?? (image === undefined ? repository || 'local' : 'shared');
}

function policyOf(values: Values, root: string): Request['policy'] {
  return {
    mode: values['lookup-only'] ? 'look' : values.build ? 'build' : 'wait',
    force: values.force,
    verify: values.verify,
    onChange: values['on-change'],
    waitTimeoutMs: values['wait-timeout'],
    onTimeout: values['on-timeout'],
    buildTimeoutMs: values['build-timeout'],
    attempts: values.attempts,
    needsFreeBytes: values['needs-free'] ?? 0,
    slots: values['max-in-flight'] === 0 ? undefined : { count: values['max-in-flight'], group: values.group },
    onPoolError: values['on-pool-error'],
    readOnly: values['read-only'],
    // A first step that says nothing must not lock the users of the group out.
    groupShared: values.shared === undefined ? isForGroup(root) : values.shared === 'group',
  };
}

function toolOf(values: Values, env: Env, facts: Facts, root: string): ToolPlace | undefined {
  const { tool: name, version, arch = facts.arch, adopt } = values;
  if (name === undefined || version === undefined) return undefined;
  const toolCache = toolCacheOf(env);
  // Links are resolved as in the root: the link to the build is relative, and both ends must be real paths.
  return { name, version, arch, adopt, toolCache: toolCache === undefined ? root : realPath(toolCache) };
}

const SHOWN = 20;

function badInput(problems: readonly Problem[]): OnceError {
  const lines = problems.slice(0, SHOWN).map(lineOf);
  if (problems.length > SHOWN) lines.push(`- and ${problems.length - SHOWN} more`);
  const head = problems.length === 1 ? '1 invalid input' : `${problems.length} invalid inputs`;
  return new OnceError('BAD_INPUT', `${head}:\n${lines.join('\n')}`);
}

function lineOf({ name, value, wrong, instead }: Problem): string {
  if (instead === '') return `- ${shorten(wrong, 600)}`;
  const subject = value === undefined || value === '' ? name : `${name} "${shorten(value, 120)}"`;
  return `- ${subject} ${shorten(wrong, 300)}. ${instead}.`;
}
