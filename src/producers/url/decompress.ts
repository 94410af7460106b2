import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import * as zlib from 'node:zlib';
import { systemCode } from '../../base/errors.ts';
import { TOKEN_VARIABLE } from '../../host/proc.ts';
import { searchPath } from '../../host/search-path.ts';
import { findProgram } from '../environment.ts';
import type { Environment } from '../producer.ts';
import type { Format } from './format.ts';
import { Damaged } from './http/refusal.ts';
import { FinalError } from './http/trouble.ts';

/** Formats that pack a single file. */
export type Packed = Extract<Format, 'gzip' | 'xz' | 'zstd' | 'bzip2'>;

export interface DecompressOptions {
  readonly env: Environment;
  /** By which a takeover finds what a killed step left running. */
  readonly token: string;
  /** Called for each child process. */
  readonly onSpawn: (kill: () => void) => void;
}

/** Large buffers, so that one thread unpacks while another writes. */
const BUFFERS = { chunkSize: 256 * 1024, highWaterMark: 1024 * 1024 };

/** Programs for formats that Node cannot unpack, and their packages. */
const PROGRAMS = { xz: 'xz-utils', bzip2: 'bzip2', zstd: 'zstd' } as const;

/** A stream that unpacks what is written to it. It fails with Damaged, or with FinalError if a program is missing. */
export function decompressor(format: Packed, options: DecompressOptions): Duplex {
  if (format === 'gzip') return zlib.createGunzip(BUFFERS);
  // Node's own decompressor, from 22.15 on, may stop after the first frame, so the program is preferred.
  const own = format === 'zstd' && typeof zlib.createZstdDecompress === 'function';
  if (own && findProgram(format, options.env) === undefined) return zlib.createZstdDecompress(BUFFERS);
  return programFor(format, options);
}

/**
 * Checks that a stream has unpacked all its input. Node's zstd ends without an error if a second frame begins in the chunk
 * in which the first one ends.
 * @param given bytes written to the stream so far
 * @throws FinalError if some were not read
 */
export function requireAllRead(stage: Duplex, given: number): void {
  const { ZstdDecompress } = zlib;
  if (typeof ZstdDecompress !== 'function' || !(stage instanceof ZstdDecompress) || stage.bytesWritten >= given) return;
  const advice = `install the package ${PROGRAMS.zstd} on this runner`;
  throw new FinalError(`it has several frames, and it takes the program zstd to unpack them: ${advice}`);
}

/**
 * A program as a stream. It needs no process tree: it writes no file, and ends when our ends of its pipes close, however
 * this process ends.
 */
function programFor(program: keyof typeof PROGRAMS, { env, token, onSpawn }: DecompressOptions): Duplex {
  const own = { PATH: searchPath(env), [TOKEN_VARIABLE]: token };
  const child = spawn(program, ['-dc'], { env: own, stdio: ['pipe', 'pipe', 'ignore'] });
  const kill = () => void child.kill('SIGKILL');
  onSpawn(kill);
  const started = once(child, 'spawn').catch((error: unknown) => error);
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  // Failures show in the exit code; a broken pipe only means that the program has ended.
  for (const source of [child, child.stdin]) source.on('error', () => {});
  return new Duplex({
    readableHighWaterMark: BUFFERS.highWaterMark,
    construct(done) {
      started.then((error) => {
        if (error instanceof Error) return done(cannotStart(program, error));
        child.stdout.on('data', (chunk) => void (this.push(chunk) || child.stdout.pause()));
        void exited.then((code) =>
          code === 0 ? this.push(null) : this.destroy(new Damaged(`${program} reports an error`)),
        );
        done();
      }, done);
    },
    read: () => void child.stdout.resume(),
    write: (chunk, _encoding, done) => void child.stdin.write(chunk, () => done()),
    final: (done) => void child.stdin.end(() => done()),
    destroy: (error, done) => {
      kill();
      done(error);
    },
  });
}

function cannotStart(program: keyof typeof PROGRAMS, error: Error): FinalError {
  if (systemCode(error) !== 'ENOENT')
    return new FinalError(
      `the program ${program} cannot be started (${systemCode(error) ?? error.message}): try to run it by hand on this runner`,
    );
  return new FinalError(
    `it takes the program ${program} to unpack it, which is not on PATH: install the package ${PROGRAMS[program]} on this runner`,
  );
}
