import type { EntryRef, Pinned, Producer, Product, PublishedBuild, Surroundings } from '../producer.ts';
import { fingerprintOf, type ImageSource, type ImageSpec, saysAll } from '../spec.ts';
import { daemonOf, imageId } from './docker.ts';

/** The producer of `image`: makes sure that the daemon of this host has it, by a pull, a build or a script. */
export function imageProducer(spec: ImageSpec): Producer {
  return {
    name: 'image',
    fingerprint: fingerprintOf({ name: 'image', spec }),
    produce: async (attempt) => (await import('./build.ts')).buildImage(spec, attempt),
    findMade: (surroundings, entry) => findImage(spec, surroundings, entry),
    whyStale: (published, surroundings) => whyGone(spec, published, surroundings),
  };
}

/** Resolves the daemon. Each has its own images, even if hosts share a disk, so each has its own entries. */
export async function pinImage(spec: ImageSpec, surroundings: Surroundings): Promise<Pinned> {
  const daemon = await daemonOf(surroundings);
  const how = await resolved(spec, surroundings);
  return { producer: { name: 'image', spec: { ...spec, daemon, how } }, home: `${daemon} ${spec.image}` };
}

async function resolved({ image, how }: ImageSpec, surroundings: Surroundings): Promise<ImageSource> {
  if (how.kind !== 'build' || saysAll({ image, how })) return how;
  const { recipeOf } = await import('./recipe.ts');
  return { ...how, recipe: await recipeOf(image, how, surroundings) };
}

/** Finds an image that somebody else put there. It is used unless it is recorded as another entry's. */
async function findImage(
  spec: ImageSpec,
  surroundings: Surroundings,
  { images }: EntryRef,
): Promise<Product | undefined> {
  const { image, daemon = '' } = spec;
  if (!saysAll(spec)) return undefined;
  const identity = await imageId(image, surroundings);
  if (identity === undefined) return undefined;
  if (images.mayAdopt(daemon, identity)) return { identity, seal: async () => images.record(daemon, identity) };
  surroundings.reporter.info(
    `The name ${image} stands for an image that was built for another key. It is built again.`,
  );
  return undefined;
}

async function whyGone(
  { image }: ImageSpec,
  { identity }: PublishedBuild,
  surroundings: Surroundings,
): Promise<string | undefined> {
  const there = await imageId(image, surroundings);
  if (there === identity) return undefined;
  if (there === undefined) return `the image ${image} is gone from the daemon`;
  return `the name ${image} stands for another image now (${there})`;
}
