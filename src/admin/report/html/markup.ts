const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as HTML shows it, in an element or in a quoted attribute. */
export function text(value: string): string {
  return value.replace(/[&<>"']/g, (sign) => NAMED[sign] ?? sign);
}

/** A share as CSS and SVG take it: `12.34%`. */
export function share(part: number, whole: number): string {
  return `${Math.round((whole > 0 ? part / whole : 0) * 10_000) / 100}%`;
}
