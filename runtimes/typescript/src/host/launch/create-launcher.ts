import { BinaryLauncher } from './binary-launcher.ts';
import { DockerLauncher } from './docker-launcher.ts';
import type { HostHome } from './host-home.ts';
import type { Launcher } from './instance.ts';
import type { LaunchSpec } from './launch-spec.ts';
import { RemoteLauncher } from './remote-launcher.ts';

/** The launcher for a plugin's `type`. */
export function createLauncher(name: string, launch: LaunchSpec, home: HostHome): Launcher {
  switch (launch.type) {
    case 'binary':
      return new BinaryLauncher(name, launch, home);
    case 'remote':
      return new RemoteLauncher(launch);
    case 'docker':
      return new DockerLauncher(name, launch, home);
  }
}
