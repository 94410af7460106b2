import { OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import { bootId } from '../../host/proc.ts';
import { fingerprintOf, isNamedByRecipe, type ProducerSpec } from '../../producers/spec.ts';
import { loadProducer, mayGoStale } from '../../producers/table.ts';
import type { Entry } from '../../store/entry.ts';
import type { Look } from '../../store/look.ts';
import type { Manifest } from '../../store/manifest.ts';
import { withScratch } from '../build/scratch.ts';
import type { Request } from '../request.ts';
import type { Services } from '../services.ts';
import { hasPinInKey, OtherPin, pinOf } from './pin.ts';

const CHANGED_ADVICE = 'Put what changed into `key` (for example hashFiles of the script), or set `on-change: rebuild`';

/** A published build that this step takes. */
export interface Accepted {
  readonly manifest: Manifest;
  readonly path: string;
}

/**
 * Which published builds are good enough for this step. Each build is judged once; one that is refused stays refused,
 * so that a step which rebuilds (`force`, self-heal) takes any other build, and eight forced jobs build once.
 */
export class Acceptance {
  readonly #request: Request;
  readonly #services: Services;
  readonly #entry: Entry;
  readonly #refused = new Set<string>();
  readonly #taken = new Set<string>();
  #lastBuildMs: number | undefined;

  constructor(request: Request, services: Services, entry: Entry) {
    this.#request = request;
    this.#services = services;
    this.#entry = entry;
  }

  /** Milliseconds that the newest build seen so far took, taken or not. */
  get lastBuildMs(): number | undefined {
    return this.#lastBuildMs;
  }

  /** The first look of a step: with `force` it refuses what is there, and it says if the entry is damaged. */
  async firstLook(): Promise<Accepted | undefined> {
    const look = this.#entry.look();
    if (look.kind === 'damaged') this.#say(`The entry is damaged: ${look.why}.${this.#rebuilds}`);
    if (look.kind === 'present' && this.#request.policy.force) {
      // A build that is pinned otherwise is left to those who pin it.
      this.#otherPin(look.manifest);
      this.#refused.add(look.manifest.build);
    }
    return this.#judge(look);
  }

  /**
   * Looks, and judges what is there; undefined: nothing this step takes.
   * @throws OtherPin if what is there is not what this step pins
   */
  async look(): Promise<Accepted | undefined> {
    return this.#judge(this.#entry.look());
  }

  async #judge(look: Look): Promise<Accepted | undefined> {
    if (look.kind !== 'present') return undefined;
    this.#lastBuildMs = look.manifest.buildMs;
    return (await this.#takes(look)) ? look : undefined;
  }

  async #takes(found: Look & { kind: 'present' }): Promise<boolean> {
    const { build } = found.manifest;
    if (this.#refused.has(build)) return false;
    if (this.#taken.has(build)) return true;
    const changed = this.#changed(found.manifest);
    const why =
      this.#otherPin(found.manifest) ??
      this.#mustRebuild(changed) ??
      (await this.#damage(found)) ??
      (await this.#stale(found)) ??
      (await this.#failsCheck(found));
    const told = `The published build ${build} is not taken: ${why}.${this.#rebuilds}`;
    if (why !== undefined && why === changed && this.#isNamedByRecipe) this.#services.reporter.info(told);
    else if (why !== undefined) this.#say(told);
    else this.#warnOf(changed);
    (why === undefined ? this.#taken : this.#refused).add(build);
    return why === undefined;
  }

  /**
   * Judges the manifest of a build that was made on another host, before it is published here.
   * @returns why this step does not take it, to follow "it is not taken: "; undefined: it may
   * @throws OtherPin; OnceError SCRIPT_CHANGED with `on-change: fail`
   */
  whyUnfit(manifest: Manifest): string | undefined {
    return this.#otherPin(manifest) ?? this.#mustRebuild(this.#changed(manifest));
  }

  /** Judges that build where it works, by its check too. Returns and throws as {@link whyUnfit}. */
  async whyNotTaken(found: Accepted): Promise<string | undefined> {
    const why = this.whyUnfit(found.manifest) ?? (await this.#failsCheck(found));
    if (why === undefined) this.#warnOf(this.#changed(found.manifest));
    return why;
  }

  #mustRebuild(changed: string | undefined): string | undefined {
    return this.#request.policy.onChange === 'rebuild' || this.#isNamedByRecipe ? changed : undefined;
  }

  #warnOf(changed: string | undefined): void {
    if (changed === undefined) return;
    this.#services.reporter.warn(`on-change: ${changed}; it is reused all the same. ${CHANGED_ADVICE}.`);
  }

  get #isNamedByRecipe(): boolean {
    const { producer } = this.#request;
    return producer !== undefined && isNamedByRecipe(producer);
  }

  /**
   * `on-change`: was it built from another script than this step's?
   * @throws OnceError SCRIPT_CHANGED with `on-change: fail`
   */
  #changed(manifest: Manifest): string | undefined {
    const { producer, policy, subject } = this.#request;
    if (manifest.producer !== producer?.name || fingerprintOf(producer) === manifest.fingerprint) return undefined;
    if (onlyNames(producer) && policy.mode !== 'build') return undefined;
    const key = `"${shorten(subject.key)}"`;
    const told =
      producer.name === 'run'
        ? `the script of this step is not the one that ${key} was built from (its text, shell or working-directory differs)`
        : `what this step says about \`${producer.name}\` is not what ${key} was made from`;
    if (policy.onChange === 'fail') throw new OnceError('SCRIPT_CHANGED', `on-change: ${told}. ${CHANGED_ADVICE}.`);
    return told;
  }

  /**
   * Is it another thing than the one that this step pins?
   * @throws OtherPin where the key does not have the pin in it, so that others may pin another thing under it
   */
  #otherPin({ identity }: Manifest): string | undefined {
    const pin = pinOf(this.#request.producer);
    if (pin === undefined || identity === pin) return undefined;
    if (!hasPinInKey(this.#request, pin)) throw new OtherPin(pin, identity);
    return `it is ${identity === undefined ? 'of an unknown digest' : shorten(identity, 200)}, and this step asks for ${pin}`;
  }

  /** Sizes after a reboot, and whatever `verify` asks for. */
  async #damage({ manifest }: Accepted): Promise<string | undefined> {
    const { verify } = this.#request.policy;
    const boot = bootId();
    const store = verify === 'off' && manifest.bootId === boot ? undefined : await import('../../store/verify.ts');
    const rebooted = store?.awaitsBootCheck(this.#entry.paths, manifest, boot) ?? false;
    if (store === undefined || (verify === 'off' && !rebooted)) return undefined;
    const { reporter, signal } = this.#services;
    const verdict = await store.verifyBuild(this.#entry.paths, manifest, verify === 'off' ? 'quick' : verify, signal);
    if (verdict.why === undefined && rebooted) store.markBootChecked(this.#entry.paths, manifest, boot);
    if (verdict.note !== undefined && verify !== 'off') reporter.notice(`verify: ${verdict.note}.`);
    return verdict.why;
  }

  /** What its producer knows of it: a checkout that somebody changed, an image that is gone. */
  async #stale({ manifest, path }: Accepted): Promise<string | undefined> {
    const { producer } = this.#request;
    if (producer === undefined || !mayGoStale(producer)) return undefined;
    const { whyStale } = await loadProducer(producer);
    const { identity } = manifest;
    return whyStale && withScratch(this.#services, (surroundings) => whyStale({ identity, path }, surroundings));
  }

  async #failsCheck({ path }: Accepted): Promise<string | undefined> {
    const verdict = await this.runCheck(path);
    return verdict === undefined || verdict.passed ? undefined : `its check says that it is not there (${verdict.why})`;
  }

  /**
   * Runs the `check` of this step, if it has one, on the build in `out`.
   * @throws OnceError BUILD_FAILED if it hangs: it would do so again after the build, at the same price
   */
  async runCheck(out: string): Promise<{ passed: boolean; why: string } | undefined> {
    const { check, subject } = this.#request;
    if (check === undefined) return undefined;
    const { runCheck } = await import('../../producers/check.ts');
    const verdict = await withScratch(this.#services, (surroundings) =>
      runCheck(check, { ...surroundings, key: subject.key, out }),
    );
    if (!verdict.hung) return verdict;
    throw new OnceError(
      'BUILD_FAILED',
      `check: it ${verdict.why} for "${shorten(subject.key)}", so nobody knows whether that is there. Let it answer in time, for example with \`timeout 10\` before the command that waits.`,
    );
  }

  get #rebuilds(): string {
    return this.#request.policy.mode === 'build' ? ' It is built again.' : '';
  }

  #say(line: string): void {
    if (this.#request.policy.mode === 'look') this.#services.reporter.info(line);
    else this.#services.reporter.warn(line);
  }
}

/** An image that is only named says how to make it (pull it) in a step that builds, and nothing in one that never does. */
function onlyNames(producer: ProducerSpec): boolean {
  return producer.name === 'image' && producer.spec.how.kind === 'pull';
}
