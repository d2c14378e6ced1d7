import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** npm, go and pip trust whom this machine trusts. */
const TRUSTED = '/etc/ssl/certs/ca-certificates.crt';
const PATH = 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The images by language. `without` says what this machine lacks to make one. */
export const recipes = {
  node: [
    {
      tag: 'node:24-slim',
      without: () => (npmFolder() === undefined ? 'npm' : undefined),
      fill(tree) {
        tree.basics([
          ['root', 0],
          ['node', 1000],
        ]);
        tree.shell();
        // The Node.js that this runs on: the one that the project is developed with.
        tree.program(process.execPath, '/usr/local/bin/node');
        tree.copy(npmFolder(), '/usr/local/lib/node_modules/npm');
        tree.link('usr/local/bin/npm', '../lib/node_modules/npm/bin/npm-cli.js');
        tree.link('usr/local/bin/npx', '../lib/node_modules/npm/bin/npx-cli.js');
      },
      changes: [PATH, `ENV NODE_EXTRA_CA_CERTS=${TRUSTED}`, 'CMD ["node"]'],
    },
  ],
  go: [
    {
      tag: 'golang:1.26',
      without: () => (goRoot() === undefined ? 'go' : undefined),
      fill(tree) {
        tree.basics([['root', 0]]);
        tree.shell();
        const root = goRoot();
        tree.copy(root, '/usr/local/go', (path) => !/\/(?:test|doc|api|testdata)$/.test(path));
        tree.folder('go');
      },
      changes: [
        'ENV PATH=/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        'ENV GOPATH=/go',
        'ENV GOTOOLCHAIN=local',
        `ENV SSL_CERT_FILE=${TRUSTED}`,
        'WORKDIR /go',
      ],
    },
    {
      tag: 'gcr.io/distroless/static-debian12:nonroot',
      without: () => undefined,
      fill(tree) {
        tree.basics([
          ['root', 0],
          ['nonroot', 65532],
        ]);
      },
      changes: [PATH, `ENV SSL_CERT_FILE=${TRUSTED}`, 'USER 65532', 'WORKDIR /'],
    },
  ],
  python: [
    {
      tag: 'python:3.11-slim',
      without: () => (pythonIs('3.11') ? undefined : 'Python 3.11'),
      fill(tree) {
        tree.basics([['root', 0]]);
        tree.shell();
        copyPython(tree);
      },
      changes: [PATH, `ENV PIP_CERT=${TRUSTED}`, `ENV SSL_CERT_FILE=${TRUSTED}`, 'CMD ["python3"]'],
    },
  ],
};

function npmFolder() {
  const npm = said('sh', ['-c', 'command -v npm']);
  if (npm === undefined) return undefined;
  const folder = dirname(dirname(realpathSync(npm)));
  return existsSync(join(folder, 'bin/npm-cli.js')) ? folder : undefined;
}

function goRoot() {
  return said('go', ['env', 'GOROOT']);
}

function pythonIs(version) {
  return said('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']) === version;
}

/** The interpreter, its library with those that its modules are linked to, and pip from the wheel of `ensurepip`. */
function copyPython(tree) {
  const asked = 'import sys, sysconfig; print(sys.executable); print(sysconfig.get_path("stdlib"))';
  const [file, library] = said('python3', ['-c', asked]).split('\n');
  const real = realpathSync(file);
  tree.program(real, '/usr/bin/python3.11');
  tree.link('usr/bin/python3', 'python3.11');
  tree.link('usr/bin/python', 'python3.11');
  tree.copy(
    library,
    library,
    (path) => !/\/(?:__pycache__|test|idlelib|dist-packages|site-packages)$/.test(path),
  );
  const modules = said('sh', ['-c', `ls ${library}/lib-dynload/*.so`]);
  for (const module of modules?.split('\n') ?? []) tree.librariesOf(module);
}

/** What a program prints, without the last newline; undefined where it is not there or fails. */
function said(command, args) {
  try {
    return (
      execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() ||
      undefined
    );
  } catch {
    return undefined;
  }
}
