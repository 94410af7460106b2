import { type ClientRequest, type IncomingMessage, request as plainRequest, type RequestOptions } from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Environment } from '../../producer.ts';
import { hostOf, portOf, proxyFor, proxyHeaders, tunnel } from './proxy.ts';
import { FinalError, HEADER_BYTES } from './trouble.ts';

/** Header fields by their lower-case name. */
export type Fields = Readonly<Record<string, string | readonly string[]>>;

/** A GET request. */
export interface Get {
  readonly url: URL;
  /** The user's fields. They may be secrets, so they are sent only to the origin of `url`. */
  readonly secret: Fields;
  /** This action's fields, sent to every server. */
  readonly own: Fields;
  /** Whether a redirect may lead from https to http. */
  readonly mayDowngrade: boolean;
  /** Whether an answer that has both a length and chunks is read. */
  readonly lenient: boolean;
  readonly env: Environment;
  readonly signal: AbortSignal;
}

const REDIRECTS = [301, 302, 303, 307, 308];
/** Some servers, GitHub's among them, refuse clients without a name. The user's own goes before. */
const NAME: Fields = { 'user-agent': 'build-once' };
const MOST_REDIRECTS = 10;
/** Fields of the user that carry no login, and are sent everywhere. */
const HARMLESS = ['accept', 'accept-language', 'user-agent'];

/**
 * Requests a URL and follows redirects. Once a redirect leaves the origin, the user's fields are dropped for good: they may
 * be secrets, and object stores reject a second authorization.
 * @throws FinalError if a redirect must not be followed; otherwise the error of the network
 */
export async function get({ url, secret, own, mayDowngrade, ...way }: Get): Promise<IncomingMessage> {
  let [at, fields] = [url, { ...NAME, ...secret, ...own }];
  for (let count = 0; count <= MOST_REDIRECTS; count++) {
    const answer = await send(at, fields, way);
    const location = REDIRECTS.includes(answer.statusCode ?? 0) ? answer.headers.location : undefined;
    if (location === undefined) return answer;
    answer.destroy();
    const next = targetOf(location, at);
    if (at.protocol === 'https:' && next.protocol === 'http:' && !mayDowngrade) {
      throw new FinalError('the server redirects from https to http; set sha256 to allow that');
    }
    if (next.origin !== at.origin) fields = { ...NAME, ...harmless(secret), ...own };
    at = next;
  }
  throw new FinalError(
    `the server redirects more than ${MOST_REDIRECTS} times; open the URL by hand: it may ask for a login`,
  );
}

function harmless(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => HARMLESS.includes(name)));
}

/** Some servers write names as they are, in UTF-8, which Node reads byte by byte. */
function targetOf(field: string, at: URL): URL {
  const text = Buffer.from(field, 'latin1').toString('utf8');
  const location = text.includes('\ufffd') ? field : text;
  const target = URL.canParse(location, at.href) ? new URL(location, at) : undefined;
  if (target !== undefined && /^https?:$/.test(target.protocol)) return target;
  throw new FinalError('the server redirects to something other than an http or https URL; open the URL by hand');
}

/** How a request is made, wherever it goes. */
type Way = Pick<Get, 'env' | 'signal' | 'lenient'>;

async function send(url: URL, fields: Fields, way: Way): Promise<IncomingMessage> {
  const request = await prepare(url, fields, way);
  return new Promise((resolve, reject) => {
    // Not `once`: a connection may also break after the response, and an error without a listener ends this process.
    request.on('error', reject);
    request.once('response', resolve);
    request.end();
  });
}

async function prepare(url: URL, fields: Fields, { env, signal, lenient }: Way): Promise<ClientRequest> {
  const host = hostOf(url);
  const path = `${url.pathname}${url.search}`;
  const headers = { ...fields } as RequestOptions['headers'] & object;
  const reading = { maxHeaderSize: HEADER_BYTES, insecureHTTPParser: lenient };
  const options: RequestOptions = { host, port: portOf(url), path, headers, signal, agent: false, ...reading };
  const proxy = proxyFor(url, env);
  const secure = url.protocol === 'https:';
  if (proxy === undefined) return (secure ? secureRequest : plainRequest)(options);
  if (secure) {
    const socket = await tunnel(proxy, url, signal);
    // The certificate is checked against the host name; an IP address must not be sent as one.
    const createConnection = () => connect({ socket, host, servername: isIP(host) ? '' : host });
    const { agent: _, ...rest } = options;
    return secureRequest({ ...rest, createConnection });
  }
  // A proxy for http expects the whole URL.
  return (proxy.protocol === 'https:' ? secureRequest : plainRequest)({
    ...options,
    host: hostOf(proxy),
    port: portOf(proxy),
    path: `${url.origin}${path}`,
    headers: { ...headers, host: url.host, ...proxyHeaders(proxy) },
  });
}
