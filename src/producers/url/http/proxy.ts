import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { Environment } from '../../producer.ts';
import { FinalError, TransientError } from './trouble.ts';

/**
 * The proxy for a request, as curl reads it from the environment: `https_proxy` or `http_proxy`, lower case first, unless
 * `no_proxy` names the host. Servers on this machine are reached directly, as by the runner.
 * @throws FinalError if the variable is not a usable URL
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const value = env[name] || env[name.toUpperCase()];
  if (!value || isExempt(url, env.no_proxy || env.NO_PROXY || '')) return undefined;
  const text = value.includes('://') ? value : `http://${value}`;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (proxy !== undefined && /^https?:$/.test(proxy.protocol)) return proxy;
  // Without the value, which may contain a password.
  throw new FinalError(`the variable ${name} is not a usable proxy: write http://host:port`);
}

function isExempt(url: URL, exempt: string): boolean {
  const host = hostOf(url);
  if (host === 'localhost' || host === '::1' || host.startsWith('127.')) return true;
  return exempt
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((rule) => matches(rule, host, portOf(url)));
}

/** Rules are `*`, `example.com` and `.example.com` (both with all subdomains), each optionally with a port. */
function matches(rule: string, host: string, port: string): boolean {
  if (rule === '*') return true;
  const [, name = rule, onlyPort] = /^(.*?|\[.*\])(?::(\d+))?$/.exec(isBareIpv6(rule) ? `[${rule}]` : rule) ?? [];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const bare = name.replace(/^\*?\./, '').replace(/^\[|\]$/g, '');
  return host === bare || host.endsWith(`.${bare}`);
}

function isBareIpv6(rule: string): boolean {
  return rule.split(':').length > 2 && !rule.startsWith('[');
}

/** The name or address in a URL, an IPv6 address without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** The port of a URL, also if it is the default one. */
export function portOf({ port, protocol }: URL): string {
  return port || (protocol === 'https:' ? '443' : '80');
}

/** The header with the login for a proxy; empty if its URL has none. */
export function proxyHeaders({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const pair = Buffer.from(`${unescaped(username)}:${unescaped(password)}`, 'latin1');
  return { 'proxy-authorization': `Basic ${pair.toString('base64')}` };
}

/** The bytes of a part of a URL. As with curl, a `%` that escapes nothing is itself. */
function unescaped(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/**
 * Opens a connection through a proxy to the host of `url`, ready for TLS.
 * @throws TransientError or FinalError if the proxy refuses; the error of the network otherwise
 */
export function tunnel(proxy: URL, url: URL, signal: AbortSignal): Promise<Socket> {
  const target = `${url.hostname}:${portOf(url)}`;
  const ask = (proxy.protocol === 'https:' ? secureRequest : plainRequest)({
    method: 'CONNECT',
    host: hostOf(proxy),
    port: portOf(proxy),
    path: target,
    headers: { host: target, ...proxyHeaders(proxy) },
    agent: false,
    signal,
  });
  return new Promise((resolve, reject) => {
    ask.on('error', reject);
    ask.once('connect', ({ statusCode = 0 }, socket) => {
      // An error before TLS listens would end this process; TLS then reports it.
      socket.on('error', () => {});
      if (statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(refusal(statusCode));
    });
    ask.once('response', ({ statusCode = 0 }) => {
      ask.destroy();
      reject(refusal(statusCode));
    });
    ask.end();
  });
}

function refusal(status: number): Error {
  const why = `the proxy answered ${status}`;
  return status >= 500 ? new TransientError(why) : new FinalError(why);
}
