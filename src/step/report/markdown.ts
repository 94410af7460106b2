// ASCII signs that have a meaning in Markdown or HTML. `_` has none between letters or digits.
const MEANINGFUL = /[!#$&*:<>?@[\\\]^`{|}~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;

/** Escapes text so that Markdown and HTML show it as it is, also in a table. */
export function inert(text: string): string {
  return text.replace(MEANINGFUL, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Whether an address that another job wrote may become a link: only a plain web address. */
export function isPlainAddress(address: string): boolean {
  return /^https?:\/\/[\w.~:/?#@%&=+-]{1,500}$/.test(address);
}

/** A link, or only its name where the address is not a plain one. @param name shown as it is */
export function linkTo(address: string, name: string): string {
  return isPlainAddress(address) ? `[${name}](${address})` : name;
}
