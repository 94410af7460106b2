import type { Reporter } from '../base/reporter.ts';

const nothing = () => {};

/** For locks that a command takes: what there is to say, the command says itself. */
export const silent: Reporter = {
  debug: nothing,
  info: nothing,
  notice: nothing,
  warn: nothing,
  output: nothing,
  openGroup: nothing,
  closeGroup: nothing,
};
