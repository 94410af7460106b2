import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';

/** How to run what was skipped for a reason, by a word of it. The first one that fits counts. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/no docker command line here has BuildKit/, 'sudo apt-get install docker-buildx'],
  [/dockerd|docker command line/, 'sudo apt-get install docker.io, and run the tests as root'],
  [/podman/, 'sudo apt-get install podman'],
  [/git-lfs/, 'sudo apt-get install git-lfs'],
  [/strace/, 'sudo apt-get install strace'],
  [/chromium/, 'sudo apt-get install chromium'],
  [/prometheus_client/, 'sudo apt-get install python3-prometheus-client'],
  [/python/, 'sudo apt-get install python3 python3-venv python-is-python3'],
  [/mount|root|other user|setpriv|unshare|namespace|this user/, 'sudo env "PATH=$PATH" npm test'],
  [/\b(zstd|zip|xz|bzip2|unzip)\b/, 'sudo apt-get install zstd zip xz-utils bzip2'],
  [/^needs /, 'run them on such a system'],
];

/**
 * Says once, at the end of all tests, which were skipped and why, and what to do to run them. Tests tell the reason in
 * their title, `(skipped: …)`, or in the note of `skip()`.
 */
export default class Skips implements Reporter {
  /** Who asks for some tests by name knows that the others are left out. */
  #isFiltered = false;

  onInit(vitest: Vitest): void {
    this.#isFiltered = vitest.config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    if (this.#isFiltered) return;
    const counts = new Map<string, number>();
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const reason = reasonOf(test);
        counts.set(reason, (counts.get(reason) ?? 0) + 1);
      }
    }
    if (counts.size === 0) return;
    const lines = [...counts].sort(([, a], [, b]) => b - a).map(([reason, count]) => lineOf(reason, count));
    process.stdout.write(`\nSkipped here:\n${lines.join('\n')}\n`);
  }
}

const ELSEWHERE = 'for another system or user';

function reasonOf(test: TestCase): string {
  const { note } = test.result() as { readonly note?: string };
  const [, told] = /\(skipped: ((?:[^()]|\([^()]*\))*)\)/.exec(test.fullName) ?? [];
  return told ?? note ?? ELSEWHERE;
}

function lineOf(reason: string, count: number): string {
  const [, remedy] = REMEDIES.find(([sign]) => sign.test(reason)) ?? [];
  return `${String(count).padStart(5)}  ${reason}${remedy === undefined ? '' : `\n       -> ${remedy}`}`;
}
