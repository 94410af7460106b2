import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Archive {
  readonly key: string;
  readonly version: string;
  readonly parts: { readonly from: number; readonly bytes: Buffer }[];
  whole: boolean;
}

/** In the place of the cache service of GitHub: keeps archives in memory, for as long as the demo runs. */
export class CacheService {
  readonly #archives: Archive[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  /** What a runner tells its steps about the service. */
  get env(): Readonly<Record<string, string>> {
    return { ACTIONS_CACHE_URL: this.#url, ACTIONS_RUNTIME_TOKEN: 'of-the-demo' };
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get #url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.#url);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const id = Number(/\d+$/.exec(pathname)?.[0]) - 1;
    if (pathname.endsWith('/cache')) {
      return this.#find(searchParams.get('keys') ?? '', searchParams.get('version') ?? '', response);
    }
    const archive = this.#archives[id];
    if (request.method === 'POST' && archive === undefined) return this.#add(body.toString(), response);
    if (archive === undefined) return void response.writeHead(404).end();
    if (request.method === 'GET') return send(archive, request, response);
    if (request.method === 'PATCH')
      archive.parts.push({ from: startOf(request.headers['content-range']), bytes: body });
    else archive.whole = true;
    response.writeHead(204).end();
  }

  #find(keys: string, version: string, response: ServerResponse): void {
    const index = this.#archives.findLastIndex(
      (each) => each.whole && each.version === version && keys.split(',').includes(each.key),
    );
    const found = this.#archives[index];
    if (found === undefined) response.writeHead(204).end();
    else json(response, 200, { cacheKey: found.key, archiveLocation: `${this.#url}archives/${index + 1}` });
  }

  #add(body: string, response: ServerResponse): void {
    const { key, version } = JSON.parse(body) as Pick<Archive, 'key' | 'version'>;
    this.#archives.push({ key, version, parts: [], whole: false });
    json(response, 201, { cacheId: this.#archives.length });
  }
}

function send({ parts }: Archive, request: IncomingMessage, response: ServerResponse): void {
  const content = Buffer.concat(parts.toSorted((a, b) => a.from - b.from).map(({ bytes }) => bytes));
  const [, from, to] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
  const part = content.subarray(Number(from ?? 0), to ? Number(to) + 1 : undefined);
  const range = `bytes ${from}-${Number(from) + part.length - 1}/${content.length}`;
  response.writeHead(from === undefined ? 200 : 206, {
    'content-length': part.length,
    ...(from !== undefined && { 'content-range': range }),
  });
  response.end(part);
}

function startOf(range = ''): number {
  return Number(/\d+/.exec(range)?.[0] ?? 0);
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
