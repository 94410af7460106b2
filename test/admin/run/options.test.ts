import { expect, test } from 'vitest';
import { inputOptions, inputVariables, notOptions, optionNames } from '../../../src/admin/run/options.ts';
import { inputNames } from '../../../src/step/inputs/table.ts';
import { runCli } from '../../harness/job/cli.ts';

const { flag, list, text, secret } = optionNames;

test('every input of the action is an option, or it is said why it is none', async () => {
  expect([...flag, ...list, ...text, ...Object.keys(notOptions)].sort()).toEqual([...inputNames].sort());
  const { out } = await runCli(['run', '--help']);
  for (const [name, why] of Object.entries(notOptions)) expect(out).toContain(`  ${name}: ${why}\n`);
  for (const name of [...flag, ...list, ...text]) expect(out).toMatch(new RegExp(` --${name}\\b`));
  for (const name of secret) expect(out).toMatch(new RegExp(` --${name}-env\\b`));
});

test.each(secret)('the value of %s may come from a variable, beside or in place of an option', (name) => {
  const input = `INPUT_${name.toUpperCase()}`;
  expect(inputVariables({ [`${name}-env`]: 'SECRET' }, { SECRET: 'value' })).toEqual({ [input]: 'value' });
  const both = () => inputVariables({ [name]: ['one'], [`${name}-env`]: 'SECRET' }, { SECRET: 'two' });
  if ((list as readonly string[]).includes(name)) expect(both()).toEqual({ [input]: 'one\ntwo' });
  else expect(both).toThrow(`--${name} is given more than once`);
});

test('an input has the option that it needs', () => {
  expect(text).toEqual(expect.arrayContaining(['key', 'run', 'wait-timeout', 'submodules', 'max-in-flight']));
  expect(flag).toEqual(expect.arrayContaining(['force', 'build', 'relocatable', 'enabled']));
  expect(list).toEqual(expect.arrayContaining(['headers', 'labels', 'platforms']));
  expect(inputOptions).toMatchObject({
    key: { type: 'string' },
    build: { type: 'boolean' },
    'no-build': { type: 'boolean' },
    'token-env': { type: 'string' },
  });
  for (const name of ['token', 'pool-password', 'remote']) expect(inputOptions).not.toHaveProperty(name);
});
