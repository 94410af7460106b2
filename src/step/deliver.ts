import type { Delivery } from '../request.ts';
export async function deliver(_d: Delivery, _b: unknown, _r: unknown): Promise<void> {}
