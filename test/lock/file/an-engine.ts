import { FileEngine } from '../../../src/lock/file/engine.ts';
import { type KeyPaths, keyPaths, makeKeyDirs } from '../../harness/disks/key-paths.ts';
import { reporterTo } from '../asker.ts';

/** The key that lock tests are about. */
export const ID = 'sdk-0123456789abcdef0123';

export interface EngineOptions {
  /** 1000 at least: the lock library rounds up. */
  readonly heartbeatMs?: number;
  /** 2000 at least. */
  readonly staleMs?: number;
  readonly network?: boolean;
  /** Gets every line that is reported. */
  readonly onLine?: (line: string) => void;
}

/** Paths of a key, whose folders exist then. */
export function pathsIn(root: string, id = ID): KeyPaths {
  const paths = keyPaths(root, id);
  makeKeyDirs(paths);
  return paths;
}

/** A file engine as a step opens it. */
export function openEngine(root: string, { onLine = () => {}, network = false, ...times }: EngineOptions = {}) {
  return new FileEngine({
    above: root,
    folderOf: (id) => pathsIn(root, id).dir,
    network,
    ...times,
    reporter: reporterTo(onLine),
  });
}
