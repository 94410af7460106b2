import fc from 'fast-check';
import { shorten } from '../../src/base/format.ts';
import { decoder, type KeeperCommand } from '../../src/guard/messages.ts';
import { readTicket } from '../../src/guard/ticket.ts';
import { failureIn } from '../../src/producers/git/trouble.ts';
import { aliasNames } from '../../src/step/inputs/aliases.ts';
import { readRequest } from '../../src/step/inputs/read.ts';
import { inputNames } from '../../src/step/inputs/table.ts';
import { hostFacts } from '../../src/step/platform.ts';

import { dir, type Fuzzed, recordWith, shows, text, told } from './texts.ts';

export const fromTheJob: readonly Fuzzed[] = [
  {
    name: 'a ticket',
    property: fc.property(
      fc.oneof(
        text,
        recordWith('job', 'folder').map((bytes) => bytes.toString('base64url')),
      ),
      (given) => {
        told(() => readTicket(given, {}));
      },
    ),
  },
  {
    name: 'messages on a socket',
    property: fc.property(fc.array(fc.oneof(text, fc.json(), fc.constant('\n')), { maxLength: 6 }), (pieces) => {
      const seen: KeeperCommand[] = [];
      const receive = decoder<KeeperCommand>(['publish', 'release'], (message) => seen.push(message));
      for (const piece of pieces) receive(piece);
      return seen.every(({ kind }) => kind === 'publish' || kind === 'release');
    }),
  },
  {
    name: 'inputs',
    property: fc.property(
      fc.dictionary(fc.constantFrom(...inputNames, ...aliasNames), text, { maxKeys: 6 }),
      (given) => {
        const env = Object.fromEntries(
          Object.entries(given).map(([name, each]) => [`INPUT_${name.toUpperCase()}`, each]),
        );
        told(() => readRequest({ RUNNER_TOOL_CACHE: dir, GITHUB_REPOSITORY: 'o/t', ...env }, hostFacts()));
      },
    ),
  },
  {
    name: 'a text that is shown',
    property: fc.property(text, fc.nat(80), (given, max) => shows(shorten(given, max + 10))),
  },
  {
    name: 'what git says',
    property: fc.property(
      fc.array(fc.oneof(text, fc.constantFrom('fatal: ', 'error: x://u:p@h ', '\r\n')), { maxLength: 6 }),
      (parts) => shows(failureIn(parts.join('')).line),
    ),
  },
];
