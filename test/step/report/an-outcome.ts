import type { Outcome } from '../../../src/recipe/outcome.ts';
import type { Manifest } from '../../../src/store/manifest.ts';

/** The manifest of a build of 90.5 s by another job. */
export const manifest: Manifest = {
  format: 1,
  key: 'llvm-18',
  scope: 'acme/app',
  build: '0123456789ab',
  producer: 'run',
  fingerprint: 'f',
  files: 1200,
  bytes: 340_000_000,
  buildMs: 90_500,
  createdAt: '2026-01-01T00:00:00.000Z',
  path: '/cache/build',
  platform: 'linux-x64-glibc',
  bootId: 'b',
  builtBy: {
    repository: 'acme/app',
    workflow: 'CI',
    job: 'build',
    runUrl: 'https://github.com/acme/app/actions/runs/42',
    runner: 'runner-3',
    host: 'host-a',
  },
};

/** A step that reused that build, changed as told. */
export function anOutcome(change: Partial<Outcome> = {}): Outcome {
  return {
    key: 'llvm-18',
    id: 'llvm-18-0123456789abcdef0123',
    result: 'reused',
    error: undefined,
    origin: 'disk',
    path: '/cache/build',
    manifest,
    identity: undefined,
    waitedMs: 0,
    slotWaitedMs: 0,
    buildMs: undefined,
    ...change,
  };
}
