import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

/** How it answers what decides: in full, not at all after half of it, or with half of it and a broken connection. */
type Mood = 'well' | 'stalls' | 'breaks';

/**
 * Serves what a Dockerfile adds (`/file/NAME`), and one image as a registry does (`ADDRESS/NAME:1`, any name). Counts
 * the requests for files and for the layer, which come once a build and once a pull.
 */
export class ImageServer {
  readonly address: string;
  mood: Mood = 'well';
  readonly #seen: string[] = [];
  readonly #standing = new Set<ServerResponse>();
  #reached = () => {};

  private constructor(address: string) {
    this.address = address;
  }

  static async open(): Promise<ImageServer> {
    const http = createServer((request, response) => server.#answer(request, response));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      http.closeAllConnections();
      http.close();
    });
    const server = new ImageServer(`127.0.0.1:${(http.address() as AddressInfo).port}`);
    return server;
  }

  /** How often something was asked for: a file by its path, the layer of an image by the image's name. */
  seen(name?: string): number {
    return this.#seen.filter((each) => name === undefined || each === name).length;
  }

  /** Name of an image with its digest. */
  pinned(name: string): string {
    return `${this.address}/${name}@${digestOf(imageOf(name, this.address).manifest)}`;
  }

  /** From now on answers stop in the middle; resolves when the first has. */
  stall(): Promise<void> {
    this.mood = 'stalls';
    return new Promise((resolve) => {
      this.#reached = resolve;
    });
  }

  heal(): void {
    this.mood = 'well';
    for (const response of this.#standing) response.destroy();
    this.#standing.clear();
  }

  #answer({ url = '', method = '' }: IncomingMessage, response: ServerResponse): void {
    const [, image = '', kind, name] = /^\/v2\/(.+)\/(manifests|blobs)\/(.+)$/.exec(url) ?? [];
    const { layer, config, manifest } = imageOf(image, this.address);
    if (url === '/v2/') response.end('{}');
    else if (kind === undefined) this.#send(url, Buffer.from(`${url} of ${this.address}`), response);
    else if (name === digestOf(config)) response.end(config);
    else if (kind === 'blobs') this.#send(image, layer, response);
    else {
      const length = manifest.length;
      const digest = digestOf(manifest);
      response.writeHead(200, { 'Content-Type': MANIFEST, 'Docker-Content-Digest': digest, 'Content-Length': length });
      response.end(method === 'HEAD' ? '' : manifest);
    }
  }

  #send(name: string, body: Buffer, response: ServerResponse): void {
    this.#seen.push(name);
    response.setHeader('Content-Length', body.length);
    if (this.mood === 'well') return void response.end(body);
    response.write(body.subarray(0, body.length / 2), () => {
      if (this.mood === 'breaks') response.destroy();
      else this.#standing.add(response);
      this.#reached();
    });
  }
}

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

/** An image of one layer, which no other server and no other name has. */
function imageOf(name: string, address: string): { layer: Buffer; config: Buffer; manifest: Buffer } {
  const tar = tarOf('file', `${name} of ${address}`);
  const layer = gzipSync(tar);
  const rootfs = { type: 'layers', diff_ids: [digestOf(tar)] };
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', config: {}, rootfs }));
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: config.length,
      digest: digestOf(config),
    },
    layers: [
      { mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: layer.length, digest: digestOf(layer) },
    ],
  };
  return { layer, config, manifest: Buffer.from(JSON.stringify(manifest)) };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** A tar archive of one file. */
function tarOf(name: string, text: string): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  header.write(name, 0);
  header.write(octal(0o644, 7) + octal(0, 7) + octal(0, 7) + octal(text.length, 11) + octal(0, 11), 100);
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\0', 257);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  const body = Buffer.alloc(Math.ceil(text.length / 512) * 512);
  body.write(text);
  return Buffer.concat([header, body, Buffer.alloc(1024)]);
}
