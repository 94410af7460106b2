import { hasControls } from '../../base/format.ts';
import { plainAddress } from '../../base/redact.ts';
import { HASH_ADVICE, whereHashIsMissing } from './hash-of-nothing.ts';
import { eachLine, number, refuse, withoutControls } from './values.ts';

// Readers of the inputs that say what to fetch. A value that may hold a secret is never part of the error.

/** An http or https URL without user and password, since other jobs see the URL. */
export function url(text: string): string {
  const shown = plainAddress(text);
  if (hasControls(text)) refuse(shown, 'contains control characters', 'Write it without them, in one line');
  if (/\s/.test(text)) refuse(shown, 'contains blanks', 'Write them as %20');
  if (!URL.canParse(text)) refuse(shown, 'is not a URL', 'Write it in full, with https://');
  const { protocol, username, password } = new URL(text);
  if (!['https:', 'http:'].includes(protocol)) {
    refuse(shown, 'is neither an https nor an http URL', 'Write one that starts with https://');
  }
  if (username !== '' || password !== '') {
    refuse('', 'contains a user or a password, which other jobs would see', 'Use the input headers');
  }
  // A fragment is for the reader of a page: no server gets it, and other jobs need not see it.
  return text.replace(/#.*/, '');
}

/** A token. No message contains it. */
export function token(text: string): string {
  if (!hasControls(text)) return text;
  return refuse('', 'contains control characters', 'Write it without them, in one line');
}

/** 64 hex digits, also with `sha256:` before them. */
export function sha256(text: string): string {
  const plain = text.toLowerCase().replace(/^sha256:/, '');
  if (/^[0-9a-f]{64}$/.test(plain)) return plain;
  return refuse(text, 'is not a sha256, which has 64 hex digits', 'Write what `sha256sum FILE` prints first');
}

/** Lines `Name: value`. */
export function headerLines(text: string): { name: string; value: string }[] {
  return eachLine(text, (line) => {
    const at = line.indexOf(':');
    const name = line.slice(0, Math.max(at, 0)).trim();
    const value = line.slice(at + 1).trim();
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      refuse(
        '',
        'has a line that is not a header',
        'Write `Name: value`, for example `Accept: application/octet-stream`',
      );
    }
    // HTTP allows no other characters. The value may be a secret, so the message has only the name.
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      refuse(name, 'has a value with characters that a header cannot hold', 'Write it in ASCII, in one line');
    }
    return { name, value };
  });
}

const ADDRESS = 'Write the address without it; for a login, use the input token';

/** `owner/name` on this server, or an address for `git clone`. */
export function repository(text: string): string {
  withoutControls(text);
  if (/\s/.test(text) || text.startsWith('-'))
    refuse(plainAddress(text), 'is not a repository', 'Write owner/name, or a URL to clone');
  // An ssh address may have a user, but no password.
  const hasLogin = /^[a-z][a-z0-9+.-]*:\/\/[^/]*@/i.test(text) && !/^ssh:\/\/[^/:@]*@[^/@]*(?:\/|$)/i.test(text);
  if (hasLogin || /^[^/@]*:[^/]*@/.test(text.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '/'))) {
    refuse('', 'contains a user or a password, which other jobs would see', 'Use the input token');
  }
  // It would be on command lines, and in the settings of the checkout that other jobs get.
  if (/[?#]/.test(text) && !text.startsWith('/'))
    refuse(plainAddress(text), 'has a query or a fragment, which other jobs would see', ADDRESS);
  const isUrl = /^[a-z+]+:\/\/|^[^/]+@[^/]+:/i.test(text);
  if (isUrl || text.startsWith('/') || /^[\w.-]+\/[\w.-]+$/.test(text)) return text;
  return refuse(
    plainAddress(text),
    'is neither owner/name nor a URL',
    'Write for example actions/checkout, or https://…',
  );
}

/** A folder in the workspace, or a URL without user and password, since it is put on a command line. */
export function imageContext(text: string): string {
  withoutControls(text);
  if (/^https?:\/\/[^/]*@/i.test(text)) {
    refuse('', 'contains a user or a password, which everybody on the host would see', 'Check the context out before');
  }
  return text;
}

/** A branch, a tag or a commit, by the rules of `git check-ref-format`. */
export function ref(text: string): string {
  withoutControls(text);
  if (/[\s~^:?*[\\]|\.\.|@\{|^[-/]|\/$|\.lock$/.test(text)) {
    refuse(text, 'is not a valid name of a branch, a tag or a commit', 'Write for example main, v1.2.0 or a commit');
  }
  return text;
}

/** `false`, `true` or `recursive`. */
export function submodules(text: string): 'false' | 'true' | 'recursive' {
  const word = text.toLowerCase();
  if (word === 'false' || word === 'true' || word === 'recursive') return word;
  return refuse(text, 'is not an allowed value', 'Allowed: true, false, recursive');
}

/** A filter for `git clone --filter`. */
export function filter(text: string): string {
  if (/^(?:blob:none|blob:limit=\d+[kmg]?|tree:\d+)$/.test(text)) return text;
  return refuse(text, 'is not a filter of git', 'Write blob:none, tree:0 or blob:limit=1m');
}

/** Number of commits; Infinity for `0`. */
export function depth(text: string): number {
  return number(text) || Infinity;
}

const PART = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*';
/** Registry, path, tag, digest. Checked here because the daemon refuses a wrong name only after the build. */
const IMAGE = new RegExp(
  `^(?:[a-z0-9][a-z0-9.-]*(?::\\d+)?/)?${PART}(?:/${PART})*(?::\\w[\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
  'i',
);

/** The name of an image with its tag or digest. With neither, `:latest` is added, so that one image has one name. */
export function image(text: string): string {
  withoutControls(text);
  if (text.endsWith(':')) {
    refuse(text, 'has an empty tag', 'Write one; hashFiles() is empty where no file matches its pattern');
  }
  if (!IMAGE.test(text)) {
    refuse(text, 'is not a valid image name', 'Write name:tag, for example registry.example/team/base:42');
  }
  const wrong = whereHashIsMissing(text);
  if (wrong !== undefined) refuse(text, wrong, HASH_ADVICE);
  if (/[A-Z]/.test(text.replace(/[:@][^/]*$/, ''))) {
    refuse(text, 'has capital letters, which image names cannot have', `Write ${text.toLowerCase()}`);
  }
  return /[:@][^/]*$/.test(text) ? text : `${text}:latest`;
}

/** Lines `NAME=value` or `NAME`. */
export function buildArgLines(text: string): string[] {
  return eachLine(text, (line) => {
    if (/^[A-Za-z_]\w*(?:=.*)?$/.test(line)) return line;
    return refuse('', 'has a line that is not a build argument', 'Write NAME=value, one a line');
  });
}

/** Lines `NAME=value`, or as `docker build --secret` takes them. A value may be a secret: no message has it. */
export function secretLines(text: string): string[] {
  return eachLine(text, (line) => {
    if (/^[\w.-]+=./.test(line)) return line;
    return refuse('', 'has a line that is not a secret', 'Write NAME=value, or id=NAME,src=FILE, one a line');
  });
}

/** Lines without control characters. */
export function plainLines(text: string): string[] {
  return eachLine(text, withoutControls);
}

/** Platforms, by lines or commas. */
export function platformList(text: string): string[] {
  return eachLine(text.replaceAll(',', '\n'), (word) => {
    if (/^[a-z0-9]+(?:\/[a-z0-9.]+){1,2}$/.test(word)) return word;
    return refuse(word, 'is not a platform', 'Write for example linux/amd64 or linux/arm64');
  });
}

/** Lines `name=value`. */
export function labelLines(text: string): string[] {
  return eachLine(text, (line) => {
    withoutControls(line);
    if (/^[^=\s]+=/.test(line)) return line;
    return refuse(line, 'is not a label', 'Write name=value, one a line');
  });
}
