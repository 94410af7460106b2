/** Serves one file over HTTP. Prints its URL, and ends when its standard input ends. */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';

const [file = ''] = process.argv.slice(2);
const length = statSync(file).size;
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-length': length });
  createReadStream(file, { highWaterMark: 1024 * 1024 }).pipe(response);
});
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${basename(file)}`);
});
process.stdin.resume().once('end', () => process.exit());
