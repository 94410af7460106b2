/** How the floors below `step/` and `admin/` report what they do. Where a line goes is decided there. */
export interface Reporter {
  /** Seen only with RUNNER_DEBUG=1. */
  debug(line: string): void;
  info(line: string): void;
  /** An annotation that does not alarm. */
  notice(line: string): void;
  /** An annotation: something a person should change. */
  warn(line: string): void;
  /** What the build printed, as it came. */
  output(chunk: Uint8Array): void;
  /** Opens a foldable group in the log; groups do not nest. */
  openGroup(title: string): void;
  closeGroup(): void;
}
