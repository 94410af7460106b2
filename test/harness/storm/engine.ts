import { readdirSync, renameSync } from 'node:fs';
import { newToken } from '../../../src/base/key.ts';
import { sleep } from '../../../src/base/wait.ts';
import { fileSystemOf } from '../../../src/host/file-system.ts';
import { type Asker, type Claim, type Holder, isClaim } from '../../../src/lock/engine.ts';
import { FileEngine, type FileEngineOptions } from '../../../src/lock/file/engine.ts';
import { ownerIn, recordFile, socketFile } from '../../../src/lock/file/folders.ts';
import { judge } from '../../../src/lock/file/liveness.ts';
import { here, readRecord } from '../../../src/lock/file/record.ts';
import { entryPaths } from '../../../src/store/layout.ts';
import { reporterTo } from '../../lock/asker.ts';
import type { Inside } from './inside.ts';
import type { Orders } from './words.ts';

export interface Witness {
  readonly inside: Inside;
  readonly onClaimed: () => void;
  readonly onTakeover: (silent: boolean) => void;
}

/** The action's lock, with a witness of who holds it: all that happens between claim and release is inside. */
class StormEngine extends FileEngine {
  readonly #witness: Witness;

  constructor(options: FileEngineOptions, witness: Witness) {
    super(options);
    this.#witness = witness;
  }

  override async claim(id: string, asker: Asker): Promise<Claim | Holder> {
    const answer = await super.claim(id, asker);
    return isClaim(answer) ? witnessed(answer, asker.key, this.#witness) : answer;
  }
}

function witnessed(claim: Claim, key: string, { inside, onClaimed }: Witness): Claim {
  onClaimed();
  inside.enter(key);
  const release = claim[Symbol.asyncDispose].bind(claim);
  let left = false;
  claim[Symbol.asyncDispose] = async () => {
    if (!left) inside.leave(key);
    left = true;
    await release();
  };
  return claim;
}

/** Takes over as many lock libraries do: sees a dead holder, and then moves away whatever lock is there. */
class RenameAside extends StormEngine {
  readonly #place = here();
  override async holder(id: string): Promise<Holder | undefined> {
    const paths = this.folders(id);
    const token = tokenInside(paths.lock);
    if (token === undefined) return undefined;
    const record = readRecord(recordFile(paths, token));
    if (record !== undefined && (await judge(record, this.#place, false, socketFile(paths, token))) !== 'dead') {
      return unknown(token);
    }
    // As on a slow disk.
    await sleep(1000 * Math.random());
    try {
      renameSync(paths.lock, `${paths.dir}/.trash-lock-${newToken()}`);
    } catch {
      // Another one was faster.
    }
    return undefined;
  }
}

class NoTakeover extends StormEngine {
  override async holder(id: string): Promise<Holder | undefined> {
    const token = tokenInside(this.folders(id).lock);
    return token === undefined ? undefined : unknown(token);
  }
}

class NoSweep extends StormEngine {
  override async alive(): Promise<boolean> {
    return true;
  }
}

function tokenInside(lock: string): string | undefined {
  try {
    return readdirSync(lock).map(ownerIn)[0];
  } catch {
    return undefined;
  }
}

function unknown(token: string): Holder {
  return { token, asker: undefined, since: undefined, heldMs: undefined, silentMs: 0, running: false };
}

/** The engine that a process of a storm uses. */
export function openStormEngine({ root, staleMs, fault }: Orders, witness: Witness): StormEngine {
  const options: FileEngineOptions = {
    above: root,
    folderOf: (id) => entryPaths(root, id).dir,
    network: fileSystemOf(root).network,
    ...(staleMs === undefined ? {} : { staleMs, heartbeatMs: Math.max(1000, staleMs / 5) }),
    reporter: reporterTo((line) => {
      if (line.startsWith('Took over the lock')) witness.onTakeover(line.includes('no heartbeat'));
    }),
  };
  return new (engines[fault ?? ''] ?? StormEngine)(options, witness);
}

const engines: Readonly<Record<string, typeof StormEngine>> = {
  'rename-aside': RenameAside,
  'no-takeover': NoTakeover,
  'no-sweep': NoSweep,
};
