// What may be a secret in an address. Written so that it also works on what is no valid one.

/** An address for messages: without user and password, query and fragment. */
export function plainAddress(text: string): string {
  const address = text.replace(/[?#].*/s, '');
  const at = address.lastIndexOf('@');
  if (at === -1) return address;
  // Up to the last one, since a password may contain some.
  return (/^[a-z][a-z0-9+.-]*(?::\/+|\/\/)/i.exec(address)?.[0] ?? '') + address.slice(at + 1);
}

/** A line of a program with the addresses in it as {@link plainAddress} would have them; a user alone stays. */
export function withPlainAddresses(line: string): string {
  return line
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s'"?#]*@/gi, '$1')
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s'"?#]*)[?#][^\s'"]*/gi, '$1')
    .replace(/[^\s'":/@]+:[^\s'"@]+@(?=[\w.-]+:)/g, '');
}
