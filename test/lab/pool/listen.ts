import { createServer } from 'node:net';

// Listens in the network namespace that it is started in, and hands the socket to who started it: whoever accepts its
// connections may live elsewhere.

const server = createServer().listen(0, process.argv[2], () => {
  // Closed here, or half of the connections would be this process's.
  process.send?.('listening', server, () => server.close());
});
process.once('disconnect', () => process.exit());
