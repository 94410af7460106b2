import { createServer as createPlain, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** How one request is answered. */
export type Answer = (request: IncomingMessage, response: ServerResponse, server: FlakyServer) => void;

/** A server of one file, which answers as it is told: the first requests by `script`, one each, and all others by `otherwise`. */
export class FlakyServer {
  content: Buffer;
  etag: string | undefined = '"one"';
  /** Requests that it began to answer. */
  readonly seen: IncomingMessage[] = [];
  script: Answer[] = [];
  otherwise: Answer = whole;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #scheme: string;

  constructor(content: Buffer | string, tls?: { readonly key: string; readonly cert: string }) {
    this.content = Buffer.from(content);
    this.#scheme = tls === undefined ? 'http' : 'https';
    const listener = (request: IncomingMessage, response: ServerResponse) => {
      this.seen.push(request);
      (this.script.shift() ?? this.otherwise)(request, response, this);
    };
    this.#server = tls === undefined ? createPlain(listener) : createSecure(tls, listener);
    this.#server.on('connection', (socket) => this.#sockets.add(socket));
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      this.cutAll();
      this.#server.close();
    });
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** @param host another name of this machine is another origin */
  url(name: string, host = '127.0.0.1'): string {
    return `${this.#scheme}://${host}:${this.port}/${name}`;
  }

  /** Ends what stands still. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  /** Where each request asked to begin. */
  get starts(): (string | undefined)[] {
    return this.seen.map(({ headers }) => headers.range);
  }
}

export async function flakyServer(content: Buffer | string, ...script: Answer[]): Promise<FlakyServer> {
  const server = await new FlakyServer(content).listen();
  server.script = script;
  return server;
}

/** As it should be: ranges too, of the version that is asked for. */
export const whole: Answer = (request, response, server) => {
  const { from } = begin(request, response, server, true);
  response.end(server.content.subarray(from));
};

/** From the beginning, whatever was asked. */
export const withoutRanges: Answer = (request, response, server) => {
  begin(request, response, server, false);
  response.end(server.content);
};

/** Some bytes, then the connection breaks. */
export function cutAfter(bytes: number, ranges = true): Answer {
  return (request, response, server) => {
    const { from } = begin(request, response, server, ranges);
    response.write(server.content.subarray(from, from + bytes), () => response.destroy());
  };
}

/** In pieces, each with a packet of its own, so that the receiver is at it between any two. */
export function inPieces(bytes: number): Answer {
  return async (request, response, server) => {
    begin(request, response, server, false);
    for (let at = 0; at < server.content.length; at += bytes) {
      await new Promise((sent) => response.write(server.content.subarray(at, at + bytes), sent));
    }
    response.end();
  };
}

/** Some bytes, and then nothing; `reached` is told once they were sent. */
export function stallAfter(bytes: number, reached: () => void = () => {}): Answer {
  return (request, response, server) => {
    const { from } = begin(request, response, server, true);
    response.write(server.content.subarray(from, from + bytes), () => reached());
  };
}

/** A part of the file, told as the whole. */
export function pretendLength(bytes: number): Answer {
  return (_request, response, { content }) => {
    response.writeHead(200, { 'content-length': bytes });
    response.end(content.subarray(0, bytes));
  };
}

/** An answer byte by byte: its headers and its body, and then the end of the connection. */
export function raw(headers: readonly string[], body: string | Buffer): Answer {
  return ({ socket }) => {
    socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 ${headers.join('\r\n')}\r\n\r\n`), Buffer.from(body)]));
  };
}

export function status(code: number, headers: Record<string, string> = {}): Answer {
  return (_request, response) => response.writeHead(code, headers).end('<!DOCTYPE html>');
}

export function redirect(location: string): Answer {
  return status(302, { location });
}

function begin(request: IncomingMessage, response: ServerResponse, server: FlakyServer, ranges: boolean) {
  const { content, etag } = server;
  const [, asked] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
  const fits = ranges && asked !== undefined && request.headers['if-range'] === etag;
  const from = fits ? Number(asked) : 0;
  response.writeHead(fits ? 206 : 200, {
    'content-length': content.length - from,
    ...(etag !== undefined && { etag }),
    ...(fits && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
  });
  return { from };
}
