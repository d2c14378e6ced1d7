// What tests of several packages share about the docker engine.
import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const strict = process.env.PLUGINART_STRICT === '1';
const answers = spawnSync('docker', ['version'], { stdio: 'ignore' }).status === 0;

/** False, or why nothing of docker is tested here; PLUGINART_STRICT=1 makes the tests run, and fail. */
export const skip: string | false =
  answers || strict ? false : 'NO TEST OF DOCKER PLUGINS: no docker engine answers';
if (skip !== false) console.log(`*** SKIPPED, ${skip}`);

/** What the command prints, without the last line end. @throws where it fails */
export function docker(...args: string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** Makes sure of the images that Dockerfiles of these languages begin with. @throws where one can neither be found nor made */
export function ensureBaseImages(...languages: ('node' | 'go' | 'python')[]): void {
  const script = fileURLToPath(new URL('base-images.mjs', import.meta.url));
  execFileSync(process.execPath, [script, ...languages], { stdio: 'inherit' });
}
