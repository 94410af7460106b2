/** Downloads an archive, unpacks it and copies it into a tool cache, as set-up actions do. */
import { cacheDir, downloadTool, extractTar } from '@actions/tool-cache';

const [url = ''] = process.argv.slice(2);
await cacheDir(await extractTar(await downloadTool(url)), 'bench', '1.0.0');
