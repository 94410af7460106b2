/** Loaded into a job before the action (`--import`): at SIGUSR2 an error is thrown that nobody catches. */
process.on('SIGUSR2', () => {
  throw new Error('a bug of ours');
});
