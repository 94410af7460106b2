import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { controls, holdsWithoutHandles } from './controls.ts';
import { run } from './run.ts';
import { short } from './scenes.ts';
import { ours } from './steps/ours.ts';

const src = join(import.meta.dirname, '../../src');

describe('in every order of every step, with all that may happen, the protocol holds for', () => {
  test.each(Object.entries(short))('%s', (name, scene) => {
    expect(run(name, scene).violation).toBeUndefined();
  });
});

describe('the explorer finds what is wrong with', () => {
  test.each(Object.entries(controls))('%s', (name, { scene, found }) => {
    const { violation } = run(name, scene);
    if (typeof found === 'string') expect(violation?.what).toBe(found);
    else expect(violation?.what).toMatch(found);
  });

  test('a right taken away by a rename alone only where a call is in flight', () => {
    expect(run('the same without one', holdsWithoutHandles).violation).toBeUndefined();
  });
});

describe('the model and the source name their steps alike:', () => {
  const functionOf = (step: string) => step.split(':')[0] as string;

  test('each step of the model is a function in the source', () => {
    const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const source = files.map((name) => readFileSync(join(src, name), 'utf8')).join('\n');
    const isThere = (name: string) => new RegExp(`function ${name}\\(|^ {2}(async )?#?${name}\\(`, 'm').test(source);
    const steps = [...new Set(Object.keys(ours.steps).map(functionOf))];
    expect(steps.filter((name) => !isThere(name))).toEqual([]);
  });

  test('each call of the lock is a step of the model', () => {
    const source = readFileSync(join(src, 'lock/file/owner-fs.ts'), 'utf8');
    const calls = [...source.matchAll(/async function (\w+)\(/g)].map((match) => match[1] as string);
    const steps = Object.keys(ours.steps).map(functionOf);
    expect(calls).toContain('moveIn');
    expect(calls.filter((name) => !steps.includes(name))).toEqual([]);
  });
});
