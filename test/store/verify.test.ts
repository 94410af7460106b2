import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newToken } from '../../src/base/key.ts';
import { openAttempt } from '../../src/store/publish/publish.ts';
import { verifyBuild } from '../../src/store/verify.ts';
import { tempDir } from '../harness/job/job.ts';
import { pathsIn } from '../lock/file/an-engine.ts';
import { aManifest } from './a-manifest.ts';

test.each(['quick', 'full'] as const)('verify: %s of a build ends when the step is cancelled', async (level) => {
  const paths = pathsIn(tempDir());
  const token = newToken();
  writeFileSync(join(openAttempt(paths, token), 'file'), 'x');
  const manifest = { ...aManifest(paths, token), files: 1, bytes: 1, digest: 'of another build' };
  expect(await verifyBuild(paths, manifest, level, new AbortController().signal)).toEqual(
    level === 'quick' ? {} : { why: expect.stringContaining('not what was published') },
  );
  await expect(verifyBuild(paths, manifest, level, AbortSignal.abort('stop'))).rejects.toBe('stop');
});
