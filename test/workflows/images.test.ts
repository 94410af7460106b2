import { afterAll, expect } from 'vitest';
import { dockerForTests } from '../harness/servers/docker-daemon.ts';
import { litter } from '../harness/storm/remains.ts';
import { Pool, workflow, workflowTest } from './pool.ts';

const { daemon, why } = await dockerForTests();

afterAll(() => daemon?.stop());

const LAYERS = {
  'docker/base/Dockerfile': 'FROM scratch\nCOPY Dockerfile /base\n',
  'docker/env/Dockerfile': 'ARG BASE\nFROM $BASE\nCOPY Dockerfile /env\n',
  'docker/instance/Dockerfile': 'ARG ENV\nFROM $ENV\nCOPY Dockerfile /instance\n',
};

workflowTest(
  'three layers of images are built once each, by whichever of three workers comes first',
  async () => {
    const pool = new Pool(LAYERS);

    const run = await pool.run(workflow('layers.yml'), { env: daemon?.env ?? {} });

    expect(run.code, run.log).toBe(0);
    const workers = run.jobs('worker');
    expect(workers).toHaveLength(3);
    for (const layer of ['base', 'env', 'instance']) {
      const outputs = workers.map((job) => job.step(layer).outputs);
      expect(outputs.filter(({ built }) => built === 'true')).toHaveLength(1);
      expect(outputs.filter((each) => each['cache-hit'] === 'true')).toHaveLength(2);
      expect(new Set(outputs.map(({ identity }) => identity)).size).toBe(1);
    }
    for (const job of workers) expect(job.step('look').log.trim()).toBe(job.step('instance').outputs.identity);
    expect(daemon?.temporaryNames()).toEqual([]);
    expect(litter(pool.root)).toEqual([]);
  },
  { skip: why },
);
