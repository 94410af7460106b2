import { once } from 'node:events';
import { connect } from 'node:net';

// Loaded before the action (`--import`): a process that has started connects to START_LINE, a port of this host, and goes on
// when it is told to, so that many begin at one moment. Pipes with names would be another thing on each system.
const socket = connect(Number(process.env.START_LINE), '127.0.0.1');
await once(socket, 'data');
socket.destroy();
