/** Downloads an archive, unpacks it and puts it into a tool cache, as actions that set a tool up do. */
import { cacheDir, downloadTool, extractTar } from '@actions/tool-cache';

const [url = ''] = process.argv.slice(2);
await cacheDir(await extractTar(await downloadTool(url)), 'bench', '1.0.0');
