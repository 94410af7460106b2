// Loaded through NODE_OPTIONS into a claim step and the keeper that it starts: only the keeper gets the rest.
if (/[\\/]keeper\.[jt]s$/.test(process.argv[1] ?? '')) await import('./at-call.ts');
