import { hasControls } from '../../base/format.ts';
import { eachLine, number, refuse, withoutControls } from './values.ts';

// Readers of the inputs that say what to fetch. A value that may hold a secret is never part of the error.

/** An http or https URL; a user and a password in it are refused, since a URL is shown to other jobs. */
export function url(text: string): string {
  const shown = withoutLogin(text);
  if (hasControls(text)) refuse(shown, 'contains control characters', 'Write it without them, in one line');
  if (/\s/.test(text)) refuse(shown, 'contains blanks', 'Write them as %20');
  if (!URL.canParse(text)) refuse(shown, 'is not a URL', 'Write it in full, with https://');
  const { protocol, username, password } = new URL(text);
  if (!['https:', 'http:'].includes(protocol)) {
    refuse(shown, 'is neither an https nor an http URL', 'Write one that starts with https://');
  }
  if (username !== '' || password !== '') {
    refuse('', 'holds a user or a password, which other jobs would be shown', 'Use the input headers');
  }
  return text;
}

/** For a complaint: what is no URL yet may hold a password and a signature all the same. */
function withoutLogin(text: string): string {
  return text.replace(/[?#].*/s, '').replace(/^([a-z+]*:?\/*)[^/]*@/is, '$1');
}

/** A token; unlike others of its kind, its value is no part of a complaint. */
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
      refuse('', 'has a line that is no header', 'Write `Name: value`, for example `Accept: application/octet-stream`');
    }
    // HTTP has no place for others, and the value may be a secret, so only the name is told.
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      refuse(name, 'has a value with characters that no header can hold', 'Write it in ASCII, in one line');
    }
    return { name, value };
  });
}

/** `owner/name` of this server, or what `git clone` takes. */
export function repository(text: string): string {
  withoutControls(text);
  if (/\s/.test(text) || text.startsWith('-')) refuse(text, 'is no repository', 'Write owner/name, or a URL to clone');
  // By ssh a user is part of the address, and a password is not.
  if (/^[a-z+]+:\/\/[^/]*@/i.test(text) && !/^ssh:\/\/[^/:@]*@/i.test(text)) {
    refuse('', 'holds a user or a password, which other jobs would be shown', 'Use the input token');
  }
  const isUrl = /^[a-z+]+:\/\/|^[^/]+@[^/]+:/i.test(text);
  if (isUrl || text.startsWith('/') || /^[\w.-]+\/[\w.-]+$/.test(text)) return text;
  return refuse(
    withoutLogin(text),
    'is neither owner/name nor a URL',
    'Write for example actions/checkout, or https://…',
  );
}

/** A folder of the workspace, or a URL; a password in it would stand on a command line. */
export function imageContext(text: string): string {
  withoutControls(text);
  if (/^https?:\/\/[^/]*@/i.test(text)) {
    refuse(
      '',
      'holds a user or a password, which everybody on the host would be shown',
      'Check the context out before',
    );
  }
  return text;
}

/** A branch, a tag or a commit, as `git check-ref-format` has it. */
export function ref(text: string): string {
  withoutControls(text);
  if (/[\s~^:?*[\\]|\.\.|@\{|^[-/]|\/$|\.lock$/.test(text)) {
    refuse(
      text,
      'is no name that git has for a branch, a tag or a commit',
      'Write for example main, v1.2.0 or a commit',
    );
  }
  return text;
}

/** `false`, `true` or `recursive`. */
export function submodules(text: string): 'false' | 'true' | 'recursive' {
  const word = text.toLowerCase();
  if (word === 'false' || word === 'true' || word === 'recursive') return word;
  return refuse(text, 'is not a word this input knows', 'Allowed: true, false, recursive');
}

/** What `git clone --filter` takes. */
export function filter(text: string): string {
  if (/^(?:blob:none|blob:limit=\d+[kmg]?|tree:\d+)$/.test(text)) return text;
  return refuse(text, 'is not a filter of git', 'Write blob:none, tree:0 or blob:limit=1m');
}

/** Commits of history; `0`: all of them. */
export function depth(text: string): number {
  return number(text) || Infinity;
}

const PART = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*';
/** As the daemon has it, which would refuse a wrong name only after the build: registry, path, tag, digest. */
const IMAGE = new RegExp(
  `^(?:[a-z0-9][a-z0-9.-]*(?::\\d+)?/)?${PART}(?:/${PART})*(?::\\w[\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
  'i',
);

/** An image with its tag or digest; without either, `latest` is meant, and is written out: one image, one name. */
export function image(text: string): string {
  withoutControls(text);
  if (text.endsWith(':')) {
    refuse(text, 'has an empty tag', 'Write one; hashFiles() is empty where no file matches its pattern');
  }
  if (!IMAGE.test(text)) {
    refuse(text, 'is no name of an image', 'Write name:tag, for example registry.example/team/base:42');
  }
  if (/[A-Z]/.test(text.replace(/[:@][^/]*$/, ''))) {
    refuse(text, 'has capital letters, which names of images have not', `Write ${text.toLowerCase()}`);
  }
  return /[:@][^/]*$/.test(text) ? text : `${text}:latest`;
}

/** Lines `NAME=value` or `NAME`. */
export function buildArgLines(text: string): string[] {
  return eachLine(text, (line) => {
    if (/^[A-Za-z_]\w*(?:=.*)?$/.test(line)) return line;
    return refuse('', 'has a line that is no build argument', 'Write NAME=value, one a line');
  });
}
