import { userInfo } from 'node:os';
import { OnceError } from '../../base/errors.ts';
import { type ProbeResult, probe } from '../probe.ts';
import type { Surroundings } from '../producer.ts';

type Caller = Pick<Surroundings, 'env' | 'signal'>;

/** A podman behind Docker's API is recognised by its license: it reports a new ID with every answer. */
const DAEMON = '{{if eq .ProductLicense "Apache-2.0"}}podman{{else}}docker {{.ID}}{{end}} {{.Name}} {{.DockerRootDir}}';
/** For a podman whose command is named `docker`. */
const PODMAN = 'podman {{.Host.Hostname}} {{.Store.GraphRoot}}';

/**
 * Words that identify the daemon that answers here: its id, its host and its folder. The id alone is not enough, since
 * cloned hosts share it.
 * @throws OnceError BAD_INPUT if there is no `docker`, or no daemon answers it
 */
export async function daemonOf(caller: Caller): Promise<string> {
  const answer = await docker(['info', '--format', DAEMON], caller);
  const daemon = answer.stdout.trim();
  if (answer.exitCode === 0 && daemon !== '') return daemon;
  const podman = await docker(['info', '--format', PODMAN], caller);
  if (podman.exitCode === 0) return podman.stdout.trim();
  // Some versions report only an error of the template there. This command reports the real one in all versions.
  const { stderr } = await docker(['image', 'ls', '--quiet'], caller);
  throw unusable(stderr || answer.stderr, caller);
}

const MISSING = /no such image|image not known|failed to find image|no such object/i;

/** The id (`sha256:…`) of the image with a name; undefined if there is none. */
export async function imageId(name: string, caller: Caller): Promise<string | undefined> {
  const answer = await docker(['image', 'inspect', '--format', '{{.Id}}', name], caller);
  if (answer.exitCode === 0) return answer.stdout.trim().replace(/^(?!sha256:)/, 'sha256:');
  if (MISSING.test(answer.stderr)) return undefined;
  throw unusable(answer.stderr, caller);
}

/** Gives an image an additional name. */
export async function tag(image: string, name: string, caller: Caller): Promise<void> {
  const { exitCode, stderr } = await docker(['tag', image, name], caller);
  if (exitCode !== 0) throw unusable(stderr, caller);
}

/** Removes a name, and the image if that was its last one. Does nothing if there is no such name. */
export async function untag(name: string, caller: Caller): Promise<void> {
  const { exitCode, stderr } = await docker(['rmi', name], caller);
  if (exitCode !== 0 && !MISSING.test(stderr)) throw unusable(stderr, caller);
}

/** All names in a repository, with their tags. */
export async function tagsOf(repository: string, caller: Caller): Promise<string[]> {
  const filter = `reference=${repository}:*`;
  const args = ['image', 'ls', '--filter', filter, '--format', '{{.Repository}}:{{.Tag}}'];
  const { exitCode, stdout, stderr } = await docker(args, caller);
  if (exitCode !== 0) throw unusable(stderr, caller);
  // podman also lists the other names of these images.
  return stdout.split(/\s+/).filter((name) => name.startsWith(`${repository}:`));
}

function docker(args: readonly string[], caller: Caller): Promise<ProbeResult> {
  return probe('docker', args, caller);
}

/** The error with the daemon's own message, which names its socket, and what to do. */
function unusable(stderr: string, { env }: Caller): OnceError {
  const lines = stderr.split('\n').map((line) => line.trim());
  const message = lines.filter((line) => line !== '' && !/^warning/i.test(line)).join(' ') || 'it gave no reason';
  const reason = message.replace(/^Error: /i, '').replace(/[^.?!]$/, '$&.');
  return new OnceError('BAD_INPUT', `image: the container daemon cannot be used: ${reason} ${adviceOn(reason, env)}.`);
}

function adviceOn(reason: string, { DOCKER_HOST }: Surroundings['env']): string {
  if (/permission denied/i.test(reason)) {
    return `Put the user ${userInfo().username} into the group that owns the socket (docker), and restart the runner`;
  }
  if (!/cannot connect|connection refused|daemon running|dial unix|no such host/i.test(reason)) {
    return "Check the daemon's log";
  }
  const where = DOCKER_HOST ? ', or correct DOCKER_HOST' : '; in a container job, mount /var/run/docker.sock';
  return `Start the daemon on this host${where}`;
}
