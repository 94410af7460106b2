import { userInfo } from 'node:os';
import { OnceError } from '../../base/errors.ts';
import { type Probed, probe } from '../probe.ts';
import type { Surroundings } from '../producer.ts';

type Asking = Pick<Surroundings, 'env' | 'signal'>;

/** One template for both: a podman behind Docker's API makes up another ID for every answer, and says this of itself. */
const DAEMON = '{{if eq .ProductLicense "Apache-2.0"}}podman{{else}}docker {{.ID}}{{end}} {{.Name}} {{.DockerRootDir}}';
/** For podman under the name of `docker`. */
const PODMAN = 'podman {{.Host.Hostname}} {{.Store.GraphRoot}}';

/**
 * Words that tell the daemon which answers here from any other: its id, its host and its folder, since hosts that were
 * cloned share an id.
 * @throws OnceError BAD_INPUT when there is no `docker`, or nothing that answers it
 */
export async function daemonOf(asking: Asking): Promise<string> {
  const answer = await docker(['info', '--format', DAEMON], asking);
  const daemon = answer.stdout.trim();
  if (answer.exitCode === 0 && daemon !== '') return daemon;
  const podman = await docker(['info', '--format', PODMAN], asking);
  if (podman.exitCode === 0) return podman.stdout.trim();
  // Some versions have no word for it but the template's: this question gets one from all of them.
  const { stderr } = await docker(['image', 'ls', '--quiet'], asking);
  throw unusable(stderr || answer.stderr, asking);
}

const MISSING = /no such image|image not known|failed to find image|no such object/i;

/** `sha256:…` of the image that a name stands for; undefined: there is none. */
export async function imageId(name: string, asking: Asking): Promise<string | undefined> {
  const answer = await docker(['image', 'inspect', '--format', '{{.Id}}', name], asking);
  if (answer.exitCode === 0) return answer.stdout.trim().replace(/^(?!sha256:)/, 'sha256:');
  if (MISSING.test(answer.stderr)) return undefined;
  throw unusable(answer.stderr, asking);
}

/** Gives an image another name. */
export async function tag(image: string, name: string, asking: Asking): Promise<void> {
  const { exitCode, stderr } = await docker(['tag', image, name], asking);
  if (exitCode !== 0) throw unusable(stderr, asking);
}

/** Takes a name away, and the image when it has no other; nothing happens where there is no such name. */
export async function untag(name: string, asking: Asking): Promise<void> {
  const { exitCode, stderr } = await docker(['rmi', name], asking);
  if (exitCode !== 0 && !MISSING.test(stderr)) throw unusable(stderr, asking);
}

/** The names of a repository with their tags. */
export async function tagsOf(repository: string, asking: Asking): Promise<string[]> {
  const filter = `reference=${repository}:*`;
  const args = ['image', 'ls', '--filter', filter, '--format', '{{.Repository}}:{{.Tag}}'];
  const { exitCode, stdout, stderr } = await docker(args, asking);
  if (exitCode !== 0) throw unusable(stderr, asking);
  // podman lists the other names of such images too.
  return stdout.split(/\s+/).filter((name) => name.startsWith(`${repository}:`));
}

function docker(args: readonly string[], asking: Asking): Promise<Probed> {
  return probe('docker', args, asking);
}

/** The daemon's own words, which name its socket, and what to do about them. */
function unusable(stderr: string, { env }: Asking): OnceError {
  const lines = stderr.split('\n').map((line) => line.trim());
  const said = lines.filter((line) => line !== '' && !/^warning/i.test(line)).join(' ') || 'it gave no reason';
  const told = said.replace(/^Error: /i, '').replace(/[^.?!]$/, '$&.');
  return new OnceError('BAD_INPUT', `image: the container daemon cannot be used: ${told} ${adviceOn(told, env)}.`);
}

function adviceOn(said: string, { DOCKER_HOST }: Surroundings['env']): string {
  if (/permission denied/i.test(said)) {
    return `Put the user ${userInfo().username} into the group that owns the socket (docker), and restart the runner`;
  }
  if (!/cannot connect|connection refused|daemon running|dial unix|no such host/i.test(said)) {
    return 'Look at the log of the daemon';
  }
  const where = DOCKER_HOST ? ', or correct DOCKER_HOST' : '; in a container job, mount /var/run/docker.sock';
  return `Start the daemon on this host${where}`;
}
