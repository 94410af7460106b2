import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { tempDir } from '../job/job.ts';

/** Bytes of an answer after which a fetch is in the middle. */
const MIDDLE = 50_000;

export interface Asked {
  readonly url: string;
  readonly authorization: string | undefined;
}

/** What both servers share: they count, and they break off or stand still in the middle of a fetch. */
class Counter {
  readonly projects = tempDir();
  /** Connections or requests that asked for objects. */
  fetches = 0;
  /** Those that asked which refs there are. */
  looks = 0;
  /** Where answers to fetches end: `open` ones stand still. */
  mode: 'whole' | 'cut' | 'open' | 'mute' = 'whole';
  protected reached: () => void = () => {};

  /** From now on fetches stand still in the middle; resolves when one has come so far. */
  stall(): Promise<void> {
    this.mode = 'open';
    return new Promise((resolve) => {
      this.reached = resolve;
    });
  }

  /** From now on nobody who asks which refs there are gets an answer; resolves when somebody has asked. */
  stallLooks(): Promise<void> {
    const reached = this.stall();
    this.mode = 'mute';
    return reached;
  }

  protected note(request: string): 'fetch' | 'look' | undefined {
    if (request.includes('command=fetch')) this.fetches++;
    else if (request.includes('command=ls-refs')) this.looks++;
    else return undefined;
    return request.includes('command=fetch') ? 'fetch' : 'look';
  }

  /** Passes an answer on; one to a fetch as far as the mode lets it. */
  protected async answer(from: Readable, to: Writable, isFetch: () => boolean, cut: () => void): Promise<void> {
    let sent = 0;
    for await (const chunk of from as AsyncIterable<Buffer>) {
      sent += chunk.length;
      // On its way before anything is cut: a client that has seen nothing of an answer silently asks again.
      await new Promise((sentOff) => to.write(chunk, sentOff));
      if (sent < MIDDLE || !isFetch() || this.mode === 'whole') continue;
      if (this.mode === 'cut') return cut();
      // Left open even when the server is whole again, so that whoever waits for the rest has to be ended.
      return this.reached();
    }
    to.end();
  }
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Repositories over smart HTTP, by the CGI program of git; with a token only for those who have it. */
export class HttpGitServer extends Counter {
  readonly asked: Asked[] = [];
  url = '';
  token: string | undefined;
  /** Where every request is sent on to. */
  redirect: string | undefined;
  /** Contents that LFS asks for, by their sha256. */
  readonly objects = new Map<string, string>();
  /** Answers that come before any other, as status codes. */
  readonly refusals: number[] = [];

  async open(): Promise<this> {
    const server = createServer((request, response) => void this.#serve(request, response).catch(() => {}));
    this.url = `http://127.0.0.1:${await listen(server)}`;
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return this;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '', headers } = request;
    const { authorization } = headers;
    this.asked.push({ url, authorization });
    const status = this.refusals.shift() ?? this.#refusal(authorization);
    if (status !== undefined) {
      const realm = { 'WWW-Authenticate': 'Basic realm="git"' };
      response.writeHead(status, {
        ...(status === 401 && realm),
        ...(this.redirect && { Location: this.redirect + url }),
      });
      response.end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const large = this.#largeObject(request, body);
    if (large !== undefined) {
      response.writeHead(200, { 'Content-Type': 'application/vnd.git-lfs+json' }).end(large);
      return;
    }
    const kind = this.note(body.toString('latin1'));
    if (kind === 'look' && this.mode === 'mute') return this.reached();
    const backend = this.#backend(request);
    // It may end without reading, where it serves no such thing.
    backend.stdin.on('error', () => {});
    backend.stdin.end(body);
    await this.#pass(backend.stdout, response, () => kind === 'fetch');
  }

  #refusal(authorization: string | undefined): number | undefined {
    if (this.redirect !== undefined) return 302;
    if (this.token === undefined) return undefined;
    const login = Buffer.from(`x-access-token:${this.token}`).toString('base64');
    return authorization?.replace(/^basic /i, '') === login ? undefined : 401;
  }

  #largeObject({ url = '', headers }: IncomingMessage, body: Buffer): string | undefined {
    if (!url.endsWith('/info/lfs/objects/batch')) return this.objects.get(url.replace('/lfs/', ''));
    const asked = JSON.parse(body.toString()) as { objects: { oid: string; size: number }[] };
    const header = { Authorization: headers.authorization ?? '' };
    const objects = asked.objects.map(({ oid, size }) => {
      return { oid, size, authenticated: true, actions: { download: { href: `${this.url}/lfs/${oid}`, header } } };
    });
    return JSON.stringify({ transfer: 'basic', objects });
  }

  #backend({ url = '', method = '', headers }: IncomingMessage): ChildProcessByStdio<Writable, Readable, null> {
    const { pathname, search } = new URL(url, this.url);
    return spawn('git', ['http-backend'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {
        PATH: process.env.PATH,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_PROJECT_ROOT: this.projects,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: pathname,
        QUERY_STRING: search.slice(1),
        REQUEST_METHOD: method,
        CONTENT_TYPE: headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
        GIT_PROTOCOL: `${headers['git-protocol'] ?? ''}`,
      },
    });
  }

  async #pass(from: Readable, response: ServerResponse, isFetch: () => boolean): Promise<void> {
    let head = Buffer.alloc(0);
    while (!head.includes('\r\n\r\n')) {
      const chunk = from.read() as Buffer | null;
      if (chunk !== null) head = Buffer.concat([head, chunk]);
      else await once(from, 'readable');
    }
    const end = head.indexOf('\r\n\r\n');
    const lines = head.toString('latin1', 0, end).split('\r\n');
    const pairs = lines.map((line) => line.split(': ', 2) as [string, string]);
    const { Status = '200', ...others } = Object.fromEntries(pairs);
    response.writeHead(Number.parseInt(Status, 10), others);
    from.unshift(head.subarray(end + 4));
    await this.answer(from, response, isFetch, () => response.destroy());
  }
}

/** Repositories over git's own protocol: one `git daemon` for each connection, as inetd would start it. */
export class GitDaemon extends Counter {
  url = '';

  async open(): Promise<this> {
    const server = createTcpServer((socket) => void this.#serve(socket).catch(() => {}));
    this.url = `git://127.0.0.1:${await listen(server)}`;
    onTestFinished(() => void server.close());
    return this;
  }

  async #serve(socket: Socket): Promise<void> {
    const args = ['daemon', '--inetd', '--export-all', `--base-path=${this.projects}`];
    const daemon = spawn('git', args, { stdio: ['pipe', 'pipe', 'ignore'] });
    onTestFinished(() => {
      socket.destroy();
      daemon.kill('SIGKILL');
    });
    let fetching = false;
    socket.on('error', () => {});
    daemon.stdin.on('error', () => {});
    socket.on('data', (chunk) => {
      fetching ||= this.note(chunk.toString('latin1')) === 'fetch';
      daemon.stdin.write(chunk);
    });
    socket.on('end', () => daemon.stdin.end());
    await this.answer(
      daemon.stdout,
      socket,
      () => fetching,
      () => socket.destroy(),
    );
  }
}

/** Command lines of processes of this machine that hold `text`. */
export function commandLinesWith(text: string): string[] {
  const lines = execFileSync('ps', ['-ww', '-e', '-o', 'args='], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(text) && !line.startsWith('ps '));
}
