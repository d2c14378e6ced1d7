import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DEVELOPMENT_NODE = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));
/** npm, go and pip trust whom this machine trusts. */
const TRUSTED = '/etc/ssl/certs/ca-certificates.crt';
const PATH = 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The images by language. `without` says what this machine lacks to make one. */
export const recipes = {
  node: [
    {
      tag: 'node:24-slim',
      without: () => {
        if (!existsSync(DEVELOPMENT_NODE)) return 'Node.js of its own: npm run setup';
        return npmFolder() === undefined ? 'npm' : undefined;
      },
      fill(tree) {
        tree.basics([
          ['root', 0],
          ['node', 1000],
        ]);
        tree.shell();
        // The one that the project is developed with.
        tree.program(DEVELOPMENT_NODE, '/usr/local/bin/node');
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
      without: () => (hasPython() ? undefined : 'Python 3.11 with pip'),
      fill(tree) {
        tree.basics([
          ['root', 0],
          ['nobody', 65534],
        ]);
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

function hasPython() {
  return said('python3', ['-c', 'import sys, pip; print("%d.%d" % sys.version_info[:2])']) === '3.11';
}

const PYTHON_PLACES = `
import importlib.util, os, sys, sysconfig
print(os.path.realpath(sys.executable))
print(sysconfig.get_path("stdlib"))
for name in ("pip", "setuptools", "pkg_resources", "_distutils_hack"):
    found = importlib.util.find_spec(name)
    if found is not None and found.submodule_search_locations:
        print(found.submodule_search_locations[0])
`;

/** The interpreter with its library and pip, all where they are here: it finds them by where it is itself. */
function copyPython(tree) {
  const [file, library, ...packages] = said('python3', ['-c', PYTHON_PLACES]).split('\n');
  tree.program(file);
  for (const name of ['python3.11', 'python3', 'python']) tree.link(`usr/local/bin/${name}`, file);
  const unwanted = /\/(?:__pycache__|test|idlelib|dist-packages|site-packages|EXTERNALLY-MANAGED)$/;
  tree.copy(library, library, (path) => !unwanted.test(path));
  for (const folder of packages) tree.copy(folder);
  const modules = said('sh', ['-c', `ls ${library}/lib-dynload/*.so`]);
  for (const module of modules?.split('\n') ?? []) tree.librariesOf(module);
  tree.text('usr/local/bin/pip', '#!/bin/sh\nexec python3 -m pip "$@"\n', 0o755);
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
