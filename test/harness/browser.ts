import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { removeAll } from './remove-all.ts';

const PROGRAM = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);

/** Why tests that look at a page are skipped, for their title; empty: they run. */
export const noBrowser = PROGRAM === undefined ? ' (skipped: no chromium)' : '';

type Fields = Readonly<Record<string, unknown>>;

/** How a page is looked at. */
export interface View {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

/** What a page did, and what it looks like. */
export interface Looked {
  /** Errors of the console and of the page: of scripts, of the policy, of what could not be loaded. */
  readonly errors: readonly string[];
  /** Addresses that were asked for, the page itself left out. */
  readonly requests: readonly string[];
  /** What an expression is in the page. */
  readonly value: (expression: string) => Promise<unknown>;
  readonly screenshot: () => Promise<Buffer>;
}

/** A headless Chromium, reached through two pipes. */
export class Browser {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #answers = new Map<number, (answer: { result?: Fields; error?: unknown }) => void>();
  #hear: (method: string, params: Fields) => void = () => {};
  #rest = '';
  #id = 0;

  /** @param dir an existing folder for its profile */
  constructor(dir: string) {
    this.#profile = mkdtempSync(join(dir, 'chromium-'));
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--remote-debugging-pipe'];
    const env = { PATH: process.env.PATH, HOME: this.#profile, TMPDIR: this.#profile };
    this.#process = spawn(PROGRAM ?? '', [...args, `--user-data-dir=${this.#profile}`, 'about:blank'], {
      env,
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    this.#process.once('close', (code, signal) => {
      for (const answer of this.#answers.values()) answer({ error: `the browser ended (${code ?? signal})` });
    });
    (this.#process.stdio[3] as Writable).on('error', () => {});
    (this.#process.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => this.#receive(text));
  }

  /** Opens a page and waits until it is loaded. The page before is left. */
  async look(url: string, { width, scheme }: View): Promise<Looked> {
    const { targetId } = await this.#call('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.#call('Target.attachToTarget', { targetId, flatten: true });
    const call = (method: string, params: Fields = {}) => this.#call(method, params, sessionId as string);
    const [errors, requests]: [string[], string[]] = [[], []];
    const loaded = new Promise<void>((resolve) => {
      this.#hear = (method, params) => {
        if (method === 'Page.loadEventFired') resolve();
        if (method === 'Runtime.exceptionThrown') errors.push(JSON.stringify(params.exceptionDetails));
        if (method === 'Runtime.consoleAPICalled') errors.push(JSON.stringify(params.args));
        if (method === 'Log.entryAdded') errors.push(String((params.entry as Fields).text));
        const asked = method === 'Network.requestWillBeSent' ? String((params.request as Fields).url) : url;
        if (asked !== url) requests.push(asked);
      };
    });
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await call(`${domain}.enable`);
    await call('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
    await call('Emulation.setDeviceMetricsOverride', { width, height: 800, deviceScaleFactor: 1, mobile: false });
    await call('Page.navigate', { url });
    await loaded;
    return {
      errors,
      requests,
      value: async (expression) => {
        const { result } = await call('Runtime.evaluate', { expression, returnByValue: true });
        return (result as Fields).value;
      },
      screenshot: async () => {
        const { data } = await call('Page.captureScreenshot', { captureBeyondViewport: true });
        return Buffer.from(data as string, 'base64');
      },
    };
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('close', resolve));
    this.#process.kill('SIGKILL');
    await ended;
    await removeAll(this.#profile);
  }

  #call(method: string, params: Fields, sessionId?: string): Promise<Fields> {
    const id = ++this.#id;
    return new Promise((resolve, reject) => {
      if (this.#process.exitCode !== null) throw new Error('the browser has ended');
      this.#answers.set(id, ({ result, error }) => {
        this.#answers.delete(id);
        if (result === undefined) reject(new Error(`${method}: ${JSON.stringify(error)}`));
        else resolve(result);
      });
      (this.#process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  #receive(text: string): void {
    const messages = `${this.#rest}${text}`.split('\0');
    this.#rest = messages.pop() ?? '';
    for (const message of messages) {
      const { id, method, params, ...answer } = JSON.parse(message);
      if (id === undefined) this.#hear(method, params);
      else this.#answers.get(id)?.(answer);
    }
  }
}
