import { buildDir, type EntryPaths } from '../../src/store/layout.ts';
import { MANIFEST_FORMAT, type Manifest } from '../../src/store/manifest.ts';
import { ASKER } from '../lock/asker.ts';

/** The manifest of a build of the key `sdk`. */
export function aManifest(paths: EntryPaths, build: string): Manifest {
  return {
    format: MANIFEST_FORMAT,
    key: 'sdk',
    scope: 'octo/tools',
    build,
    producer: 'run',
    fingerprint: '',
    buildMs: 1,
    createdAt: '2026-01-02T03:04:05.678Z',
    path: buildDir(paths, build),
    platform: 'linux-x64',
    bootId: '',
    builtBy: ASKER.who,
  };
}
