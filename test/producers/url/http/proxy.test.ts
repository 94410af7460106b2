import { expect, test } from 'vitest';
import { proxyFor } from '../../../../src/producers/url/http/proxy.ts';

const proxy = 'http://proxy:3128/';

test.each([
  ['https://a.example/x', { HTTPS_PROXY: proxy }, true],
  ['https://a.example/x', { https_proxy: 'proxy:3128', HTTPS_PROXY: 'http://other' }, true],
  ['https://a.example/x', { HTTP_PROXY: proxy }, false],
  ['http://a.example/x', { HTTP_PROXY: proxy }, true],
  ['http://a.example/x', {}, false],
  ['https://a.example/x', { https_proxy: proxy, no_proxy: 'example' }, false],
  ['https://a.example/x', { https_proxy: proxy, NO_PROXY: 'b.example, A.example' }, false],
  ['https://a.example/x', { https_proxy: proxy, no_proxy: '.a.example' }, false],
  ['https://aa.example/x', { https_proxy: proxy, no_proxy: 'a.example' }, true],
  ['https://b.a.example/x', { https_proxy: proxy, no_proxy: '*.a.example' }, false],
  ['https://a.example:444/x', { https_proxy: proxy, no_proxy: 'a.example:443' }, true],
  ['https://a.example/x', { https_proxy: proxy, no_proxy: 'a.example:443' }, false],
  ['https://a.example/x', { https_proxy: proxy, no_proxy: '*' }, false],
  ['https://[fd00::1]/x', { https_proxy: proxy, no_proxy: 'fd00::1' }, false],
  ['https://[fd00::2]/x', { https_proxy: proxy, no_proxy: '[fd00::1]' }, true],
  ['http://localhost:81/x', { http_proxy: proxy }, false],
  ['http://127.0.0.1/x', { http_proxy: proxy }, false],
])('%s with %o: through the proxy? %s', (url, env, through) => {
  expect(proxyFor(new URL(url), env)?.href).toBe(through ? proxy : undefined);
});

test('what is no proxy for http is refused, without showing it', () => {
  const env = { https_proxy: 'socks5://user:secret@proxy' };
  expect(() => proxyFor(new URL('https://a.example'), env)).toThrow(/^the variable https_proxy is not a usable proxy/);
});
