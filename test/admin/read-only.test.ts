import { expect, test } from 'vitest';
import { canMount, mountSpace, needsMounts } from '../harness/disks/mounts.ts';
import { runCli } from '../harness/job/cli.ts';
import { gate, runJob, startJob, tempDir } from '../harness/job/job.ts';

const run = 'echo made > "$BUILD_ONCE_OUT/made"';

test.skipIf(!canMount)(
  `a root that is mounted read-only can be looked at, and says so where it is to be changed${needsMounts}`,
  async () => {
    const root = tempDir();
    await runJob({ root, inputs: { key: 'sdk', run } });
    const { wait, open } = gate();
    const holder = startJob({ root, inputs: { key: 'other', run: `${wait}\n${run}` } });
    await holder.said('::group::Building');
    const { wrapper } = await mountSpace(`mount --bind '${root}' '${root}'\nmount -o remount,ro,bind '${root}'`);
    const command = async (...args: readonly string[]) => {
      const { code, out, err } = await runCli([...args, '--root', root], { wrapper });
      expect(err).not.toMatch(/^\s+at /m);
      return { code, out, err };
    };
    expect(await command('list')).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^sdk /m) });
    expect(await command('list', '--locks')).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringMatching(/^key +other +running /m),
    });
    expect(await command('report')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('sdk') });
    expect(await command('prune', '--dry-run', '--max-size', '1', '--grace', '0')).toMatchObject({ code: 0, err: '' });
    const refused = { out: expect.stringMatching(/^left .*: .*EROFS: read-only file system/m) };
    // A prune comes to its end, whatever it has to leave.
    expect(await command('prune', '--max-size', '1', '--grace', '0')).toMatchObject({ code: 0, ...refused });
    expect(await command('remove', 'sdk')).toMatchObject({ code: 1, ...refused });
    expect(await command('unlock', 'other', '--force')).toMatchObject({ code: 1, ...refused });
    open();
    expect((await holder.ended).code, holder.log).toBe(0);
  },
);
