import { aliasRules } from './aliases.ts';
import { type Problem, problem, type Read } from './problem.ts';
import { type InputName, inputs } from './table.ts';

/** The inputs that say what makes the artifact. */
const PRODUCERS = ['run', 'url', 'repository', 'image'] as const;

/** Whether anything says how to make the artifact. */
export function hasProducer(read: Read): boolean {
  return read.bySteps || PRODUCERS.some((name) => read.text(name) !== '');
}

/** Only `run` needs a key: the name of what is fetched can be one. */
function runNeedsKey(read: Read): Problem | undefined {
  if (['key', 'url', 'repository', 'image'].some((name) => read.text(name as InputName) !== '')) return undefined;
  const instead = 'Write what makes the artifact the one you want, for example llvm-18.1.8';
  return problem(read, 'key', 'is missing', instead);
}

function queryNeedsKey(read: Read): Problem | undefined {
  if (read.text('key') !== '' || !read.values.url?.includes('?')) return undefined;
  const wrong = 'is missing, and this url cannot be the key: its query may change or contain a secret';
  return problem(read, 'key', wrong, 'Write key, for example the name and version of what is fetched');
}

function oneProducer(read: Read): Problem | undefined {
  const [first, second] = PRODUCERS.filter((name) => read.text(name) !== '');
  if (first === undefined || second === undefined || (first === 'run' && second === 'image')) return undefined;
  return problem(read, second, `was given with ${first}`, 'Write one of the two');
}

/** The inputs that need one producer. */
const optionsOf = {
  run: ['allow-empty'],
  url: ['sha256', 'strip', 'headers'],
  repository: ['ref', 'update', 'submodules', 'lfs', 'filter', 'depth', 'token'],
  image: [
    'context',
    'dockerfile',
    'build-args',
    'target',
    'secrets',
    'cache-from',
    'cache-to',
    'platforms',
    'pull',
    'labels',
  ],
} as const satisfies Readonly<Partial<Record<InputName, readonly InputName[]>>>;

const OPTIONS: readonly [InputName, InputName][] = Object.entries(optionsOf).flatMap(([producer, options]) =>
  options.map((option): [InputName, InputName] => [producer as InputName, option]),
);

function withoutProducer(read: Read, producer: InputName, option: InputName): Problem | undefined {
  const { fallback } = inputs[option];
  if (read.text(producer) !== '' || ['', fallback].includes(read.text(option))) return undefined;
  return problem(read, option, `was given without ${producer}`, `Write ${producer} too, or drop it`);
}

function imageFromOne(read: Read): Problem | undefined {
  if (read.text('image') === '' || read.text('run') === '') return undefined;
  const option = optionsOf.image.find((name) => read.text(name) !== '');
  if (option === undefined) return undefined;
  return problem(read, option, 'was given with run', 'Let run build the image, or drop it');
}

/** An image named by its digest exists already: it can be pulled, but not built. */
function digestIsPulled(read: Read): Problem | undefined {
  if (!read.text('image').includes('@')) return undefined;
  const how = (['run', 'context'] as const).find((name) => read.text(name) !== '');
  if (how === undefined) return undefined;
  const wrong = `names a digest, which an image made by ${how} cannot be given`;
  return problem(read, 'image', wrong, 'Write name:tag, or drop the other input, so that it is pulled');
}

/** Rules for the inputs that say what makes the artifact. */
export const fetchRules: readonly ((read: Read) => Problem | undefined)[] = [
  runNeedsKey,
  queryNeedsKey,
  oneProducer,
  ...OPTIONS.map(
    ([producer, option]) =>
      (read: Read) =>
        withoutProducer(read, producer, option),
  ),
  imageFromOne,
  digestIsPulled,
  ...aliasRules,
];
