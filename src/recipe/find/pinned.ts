import { needsPin, pin } from '../../producers/table.ts';
import { withScratch } from '../build/scratch.ts';
import type { Request } from '../request.ts';
import type { Services } from '../services.ts';

/**
 * The request with what must be known before its entry has a name: the commit that a branch is at, the daemon that has
 * an image. Most requests need nothing of that, and nothing is loaded for them.
 */
export async function pinned(request: Request, services: Services): Promise<Request> {
  const { producer, subject } = request;
  if (producer === undefined || !needsPin(producer)) return request;
  const { version, home, ...told } = await withScratch(services, (surroundings) => pin(producer, surroundings));
  const key = version === undefined ? subject.key : `${subject.key}@${version}`;
  return { ...request, ...told, subject: { ...subject, key, ...(home === undefined ? {} : { home }) } };
}
