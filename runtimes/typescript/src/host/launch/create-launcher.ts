import { StartupError } from '../../errors/index.ts';
import { BinaryLauncher } from './binary-launcher.ts';
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
      return {
        command: JSON.stringify([launch.image, launch.args]),
        async launch() {
          throw new StartupError(
            `plugin "${name}": docker plugins are not there yet; run it as type = "binary", ` +
              'or start the container yourself and use type = "remote"',
            { plugin: name, origin: 'local' },
          );
        },
      };
  }
}
