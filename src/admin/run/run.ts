import { readArguments, type Verb } from '../verb.ts';
import { inputOptions } from './options.ts';
import { perform } from './perform.ts';
import { usage } from './usage.ts';

/** The recipe of the action, outside of GitHub. */
export const run: Verb = {
  name: 'run',
  summary: 'builds an artifact once, and prints its path',
  usesStdout: false,
  get usage() {
    return usage();
  },
  async run(args) {
    const end = args.indexOf('--');
    const [own, command] = end < 0 ? [args, undefined] : [args.slice(0, end), args.slice(end + 1)];
    const { values } = readArguments(own, { ...inputOptions, json: { type: 'boolean' }, pid: { type: 'string' } }, []);
    return perform(values, command);
  },
};
