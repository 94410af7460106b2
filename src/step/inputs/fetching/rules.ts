import { type Problem, problem, type Read } from '../problem.ts';
import { PRODUCERS } from '../producer-rules.ts';
import { type InputName, inputs } from '../table.ts';

function queryNeedsKey(read: Read): Problem | undefined {
  if (read.text('key') !== '' || !read.values.url?.includes('?')) return undefined;
  const wrong = 'is missing, and this url, which has a query that may hold a secret or change, is no key';
  return problem(read, 'key', wrong, 'Write key, for example the name and version of what is fetched');
}

function oneProducer(read: Read): Problem | undefined {
  const [first, second] = PRODUCERS.filter((name) => read.text(name) !== '');
  if (first === undefined || second === undefined || (first === 'run' && second === 'image')) return undefined;
  return problem(read, second, `was given with ${first}`, 'Write one of the two');
}

/** Inputs that say more about one producer. */
const optionsOf = {
  url: ['sha256', 'strip', 'headers'],
  repository: ['ref', 'update', 'submodules', 'lfs', 'filter', 'depth', 'token'],
  image: ['context', 'dockerfile', 'build-args', 'target'],
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

/** What has a digest for a name exists already, somewhere: nothing that is built gets it. */
function digestIsPulled(read: Read): Problem | undefined {
  if (!read.text('image').includes('@')) return undefined;
  const how = (['run', 'context'] as const).find((name) => read.text(name) !== '');
  if (how === undefined) return undefined;
  const wrong = `names a digest, which ${how} cannot be made to build`;
  return problem(read, 'image', wrong, 'Write name:tag, or drop the other input, so that it is pulled');
}

/** What is wrong with how a step says what is to be fetched. */
export const fetchingRules: readonly ((read: Read) => Problem | undefined)[] = [
  queryNeedsKey,
  oneProducer,
  ...OPTIONS.map(
    ([producer, option]) =>
      (read: Read) =>
        withoutProducer(read, producer, option),
  ),
  imageFromOne,
  digestIsPulled,
];
