import { BearerCredentialHandler } from '@actions/http-client/lib/auth';

/**
 * Keeps the token of the cache's servers from all other hosts. To follow a redirect, the package takes the token out of the
 * request, and then adds it again.
 *
 * @param servers addresses that the runner names; what is none counts for nothing
 */
export function keepTokenFor(servers: readonly (string | undefined)[]): void {
  const own = servers
    .filter((each) => each !== undefined && URL.canParse(each))
    .map((each) => new URL(`${each}`).hostname);
  const { prepareRequest } = BearerCredentialHandler.prototype;
  BearerCredentialHandler.prototype.prepareRequest = function prepareOwn(options) {
    if (own.includes(String(options.host))) Reflect.apply(prepareRequest, this, [options]);
  };
}
