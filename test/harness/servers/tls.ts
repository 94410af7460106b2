import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Makes a key and a certificate that it signs itself, for 127.0.0.1, in `dir`; returns their paths. */
export function selfSigned(dir: string): { readonly key: string; readonly cert: string } {
  const [key, cert] = [join(dir, 'own.key'), join(dir, 'own.pem')];
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert];
  const named = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...made, ...named], { stdio: 'ignore' });
  return { key, cert };
}
