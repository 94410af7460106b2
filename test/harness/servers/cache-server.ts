import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** One archive of the server. */
interface Archive {
  readonly id: number;
  readonly key: string;
  readonly version: string;
  /** By block id, or by offset. */
  readonly parts: Map<string, Buffer>;
  content: Buffer | undefined;
  /** Whether the upload was ended: only then it can be found. */
  isWhole: boolean;
}

/** Bytes of a blob that a slow server sends at a time. */
const PIECE = 64 * 1024;

/** How a step talks to the server. */
export type CacheProtocol = 'v1' | 'v2' | 'azure';

type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer, url: URL) => void;

/**
 * A server that speaks both protocols of the Actions cache, as far as `@actions/cache` uses them: v1 (`_apis/artifactcache`)
 * and v2 (Twirp in JSON, and block blobs). It knows no branches, no quota and no signatures, it evicts nothing, and it lets a
 * second save of one key replace the first, as servers of others do.
 */
export class CacheServer {
  readonly archives: Archive[] = [];
  /** `METHOD path` of each request. */
  readonly seen: string[] = [];
  /** Asked before each request; true: it has answered it, or will leave it without an answer. */
  hook: (request: IncomingMessage, response: ServerResponse) => boolean = () => false;
  /** Waited for after each piece of a request or a blob: makes the server slow. */
  pace: (() => Promise<void>) | undefined;
  /** What addresses of blobs begin with. */
  #blobs: string | undefined;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor() {
    // A client that is ended in the middle of its request is no trouble of the server.
    this.#server = createServer((request, response) => void this.#serve(request, response).catch(() => {}));
    this.#server.on('connection', (socket) => this.#sockets.add(socket));
  }

  /** @param at what listens already, as in another network namespace; by default a port of this host's loopback */
  async listen(at?: NetServer): Promise<this> {
    await new Promise<void>((resolve) => {
      if (at === undefined) this.#server.listen(0, '127.0.0.1', resolve);
      else this.#server.listen(at, resolve);
    });
    onTestFinished(() => this.close());
    return this;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  /** What the runner tells a step about the server. `azure`: v2, with its blobs on hosts of Azure, which it is the proxy to. */
  env(protocol: CacheProtocol): Record<string, string> {
    const common = { ACTIONS_RUNTIME_TOKEN: 'runtime-token' };
    if (protocol === 'v1') return { ...common, ACTIONS_CACHE_URL: this.#url };
    // Of a server of one's own, the package believes that it knows the first protocol alone.
    const github = { GITHUB_SERVER_URL: 'https://github.com' };
    const v2 = { ...common, ...github, ACTIONS_RESULTS_URL: this.#url, ACTIONS_CACHE_SERVICE_V2: 'true' };
    if (protocol === 'v2') return v2;
    this.#blobs = 'http://store.blob.core.windows.net/blob/';
    return { ...v2, http_proxy: this.#url, no_proxy: '127.0.0.1' };
  }

  /** The archives that are whole, newest last. */
  get saved(): readonly Archive[] {
    return this.archives.filter(({ isWhole }) => isWhole);
  }

  get #url(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `http://${address}:${port}/`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.#url);
    this.seen.push(`${request.method} ${url.pathname}`);
    if (this.hook(request, response)) return;
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk);
      await this.pace?.();
    }
    const route = Object.entries(this.#routes).find(([path]) => `${url.pathname}?`.startsWith(path));
    if (route === undefined) response.writeHead(404).end();
    else route[1](request, response, Buffer.concat(chunks), url);
  }

  readonly #routes: Readonly<Record<string, Handler>> = {
    '/_apis/artifactcache/cache?': (_request, response, _body, url) => {
      const found = this.#find((url.searchParams.get('keys') ?? '').split(','), url.searchParams.get('version') ?? '');
      if (found === undefined) response.writeHead(204).end();
      else json(response, { cacheKey: found.key, archiveLocation: `${this.#url}blob/${found.id}`, scope: 'main' });
    },
    '/_apis/artifactcache/caches': (request, response, body, url) => {
      if (request.method === 'PATCH') {
        const [from = ''] = /\d+/.exec(request.headers['content-range'] ?? '') ?? [];
        this.#at(url)?.parts.set(from.padStart(15, '0'), body);
        response.writeHead(204).end();
      } else if (/\d$/.test(url.pathname)) {
        this.#complete(this.#at(url));
        response.writeHead(204).end();
      } else json(response, { cacheId: this.#add(JSON.parse(body.toString())).id }, 201);
    },
    '/twirp/github.actions.results.api.v1.CacheService/CreateCacheEntry': (_request, response, body) => {
      const { id } = this.#add(JSON.parse(body.toString()));
      json(response, { ok: true, signed_upload_url: this.#signed(id) });
    },
    '/twirp/github.actions.results.api.v1.CacheService/FinalizeCacheEntryUpload': (_request, response, body) => {
      const { key } = JSON.parse(body.toString());
      const archive = this.archives.findLast((each) => each.key === key);
      this.#complete(archive);
      json(response, { ok: archive !== undefined, entry_id: String(archive?.id ?? 0) });
    },
    '/twirp/github.actions.results.api.v1.CacheService/GetCacheEntryDownloadURL': (_request, response, body) => {
      const { key, restore_keys: others = [], version } = JSON.parse(body.toString());
      const found = this.#find([key, ...others], version);
      const url = found && this.#signed(found.id);
      json(response, { ok: found !== undefined, signed_download_url: url ?? '', matched_key: found?.key ?? '' });
    },
    '/blob/': (request, response, body, url) => {
      const archive = this.#at(url);
      if (archive === undefined) response.writeHead(404).end();
      else if (request.method === 'PUT') this.#put(archive, body, url, response);
      else void this.#send(archive.content ?? Buffer.alloc(0), request, response);
    },
  };

  #signed(id: number): string {
    return `${this.#blobs ?? `${this.#url}blob/`}${id}?sig=secret`;
  }

  async #send(content: Buffer, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const part = headed(content, request, response);
    for (let at = 0; this.pace !== undefined && at < part.length; at += PIECE) {
      response.write(part.subarray(at, at + PIECE));
      await this.pace();
    }
    response.end(this.pace === undefined ? part : undefined);
  }

  #put(archive: Archive, body: Buffer, url: URL, response: ServerResponse): void {
    const part = url.searchParams.get('comp');
    if (part === 'block') archive.parts.set(url.searchParams.get('blockid') ?? '', body);
    else if (part === 'blocklist') this.#assemble(archive, body.toString());
    else archive.content = body;
    response.writeHead(201, { etag: '"1"', 'last-modified': new Date().toUTCString() }).end();
  }

  #add({ key, version }: { key: string; version: string }): Archive {
    const archive = {
      id: this.archives.length + 1,
      key,
      version,
      parts: new Map(),
      content: undefined,
      isWhole: false,
    };
    this.archives.push(archive);
    return archive;
  }

  #at(url: URL): Archive | undefined {
    return this.archives[Number(/\d+$/.exec(url.pathname)?.[0]) - 1];
  }

  /** The blocks of a blob, in the order of the list that names them. */
  #assemble(archive: Archive, list: string): void {
    const ids = [...list.matchAll(/<Latest>([^<]+)<\/Latest>/g)].map(([, id = '']) => id);
    archive.content = Buffer.concat(ids.map((id) => archive.parts.get(id) ?? Buffer.alloc(0)));
  }

  /** Ends an upload; where it is none of a blob, its parts go by their offsets. */
  #complete(archive: Archive | undefined): void {
    if (archive === undefined) return;
    archive.isWhole = true;
    if (archive.content !== undefined) return;
    const parts = [...archive.parts].sort(([a], [b]) => (a < b ? -1 : 1));
    archive.content = Buffer.concat(parts.map(([, part]) => part));
  }

  #find(keys: readonly string[], version: string): Archive | undefined {
    const whole = this.saved.filter((each) => each.version === version);
    for (const key of keys) {
      const found = whole.findLast((each) => each.key === key) ?? whole.findLast((each) => each.key.startsWith(key));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** Writes the head of an answer with a blob. @returns what is to follow */
function headed(content: Buffer, request: IncomingMessage, response: ServerResponse): Buffer {
  const [, from, to] = /bytes=(\d+)-(\d*)/.exec(`${request.headers['x-ms-range'] ?? request.headers.range}`) ?? [];
  const part = from === undefined ? content : content.subarray(Number(from), to === '' ? undefined : Number(to) + 1);
  const range = `bytes ${from}-${Number(from) + part.length - 1}/${content.length}`;
  response.writeHead(from === undefined ? 200 : 206, {
    'content-length': part.length,
    etag: '"1"',
    ...(from !== undefined && { 'content-range': range }),
  });
  return request.method === 'HEAD' ? Buffer.alloc(0) : part;
}
