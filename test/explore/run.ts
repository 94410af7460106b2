import { type Exploration, explore } from './explorer.ts';
import { ProtocolModel } from './protocol-model.ts';
import type { Scene } from './world.ts';

/** Explores a scene, and prints what it took and the trace of what was found. */
export function run(name: string, scene: Scene): Exploration {
  const model = new ProtocolModel(scene);
  const found = explore(model);
  const { states, steps, ms, violation } = found;
  const disks = model.disks > 0 ? `, ${model.disks} disks` : '';
  const lines = [`${name}: ${states} states, ${steps} steps${disks}, ${ms} ms`];
  if (violation !== undefined) lines.push(`  ${violation.what}: ${violation.trace.join(' → ') || 'at the start'}`);
  console.log(lines.join('\n'));
  return found;
}
