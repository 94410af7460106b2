import { OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import type { ProducerSpec } from '../../producers/spec.ts';
import type { Request } from '../request.ts';

/** Under the step's own key there is something else than what the step pins. */
export class OtherPin extends Error {
  /** The identity that the step asks for. */
  readonly pin: string;
  /** The identity of what is there; undefined: nobody knows it. */
  readonly found: string | undefined;

  constructor(pin: string, found: string | undefined) {
    super(`pinned to ${pin}, found ${found}`);
    this.pin = pin;
    this.found = found;
  }
}

/** The identity that a step asks for by `sha256` or by a full commit as `ref`; undefined: any is good. */
export function pinOf(producer: ProducerSpec | undefined): string | undefined {
  if (producer?.name === 'url') return producer.spec.sha256 && `sha256:${producer.spec.sha256}`;
  if (producer?.name !== 'repository') return undefined;
  const { ref, commit = ref } = producer.spec;
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(commit) ? commit.toLowerCase() : undefined;
}

/** The request with its pin as a part of the key: its entry is shared by those that pin the same. */
export function withPinInKey(request: Request, pin: string): Request {
  const { subject } = request;
  return { ...request, subject: { ...subject, key: `${subject.key} ${pin}` } };
}

/** Whether the key of a request has its pin in it already. */
export function hasPinInKey({ subject }: Request, pin: string): boolean {
  return subject.key.endsWith(` ${pin}`);
}

/** What a step is told that may not build what it pins. */
export function pinDiffers(key: string, { pin, found }: OtherPin): OnceError {
  const there = found === undefined ? 'something whose digest or commit nobody knows' : shorten(found, 200);
  return new OnceError(
    'PIN_DIFFERS',
    `This step asks for ${pin} under the key "${shorten(key)}", and what is there is ${there}. It is not taken, and this step may not build (build: false). Correct \`sha256\` or \`ref\`, or let a step with the same pin build it first.`,
  );
}
