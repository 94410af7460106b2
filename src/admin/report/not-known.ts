/** What the journal cannot tell, for people: each a sentence. */
export const notKnown: readonly string[] = [
  'A step that was killed, or could not write to the cache, left no event; a step with `enabled: false` writes none.',
  'A job that is still running is not in it: a step writes its event at its end.',
  'Events are kept for 30 days, and their times are those of the hosts that wrote them.',
  'Build time avoided is what the builds took that jobs were handed, less the time for which these waited. Without a cache, builds side by side might have taken longer.',
  'Bytes are the sizes of builds, not of what was read, copied or downloaded. A container image counts as 0.',
  'Who was waited for is not noted.',
];
