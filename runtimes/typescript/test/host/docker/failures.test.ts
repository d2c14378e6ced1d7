import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, afterEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { StartupError } from '../../../src/errors/index.ts';
import { DockerLauncher } from '../../../src/host/launch/docker-launcher.ts';
import { findFreePort } from '../../../src/host/launch/free-port.ts';
import { HostHome } from '../../../src/host/launch/host-home.ts';
import type { Instance } from '../../../src/host/launch/instance.ts';
import type { DockerLaunch } from '../../../src/host/launch/launch-spec.ts';
import { dockerLaunch, dockerSpec } from './docker-spec.ts';
import { builtImage, containersOf, fixtureImage, skip } from './images.ts';

const image = fixtureImage();
const home = new HostHome();
after(() => home.close());

interface Attempt extends Partial<DockerLaunch> {
  readonly timeoutMs?: number;
  readonly findPort?: () => Promise<number>;
  readonly signal?: AbortSignal;
}

function launch({ timeoutMs = 30_000, findPort, signal, ...overrides }: Attempt = {}): Promise<Instance> {
  const options = { signal: signal ?? new AbortController().signal, timeoutMs, onLine: () => {} };
  return new DockerLauncher('echo', dockerLaunch(image, overrides), home, findPort).launch(options);
}

async function failureOf(attempt: Attempt): Promise<StartupError> {
  try {
    await (await launch(attempt)).stop(0);
  } catch (error) {
    assert.ok(error instanceof StartupError, String(error));
    assert.equal(error.plugin, 'echo');
    return error;
  }
  return assert.fail('it started');
}

/** With another environment of this host while `run` runs. */
async function withEnv<Result>(changes: Record<string, string>, run: () => Promise<Result>): Promise<Result> {
  const before = { ...process.env };
  Object.assign(process.env, changes);
  try {
    return await run();
  } finally {
    for (const name of Object.keys(changes)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

/** A node in the container that runs this instead of a plugin. */
function program(code: string): Attempt {
  return { args: ['-e', code] };
}

describe('a container that does not start says why', { skip }, () => {
  afterEach(() => assert.deepEqual(containersOf(process.pid), []));

  test('no docker command', async () => {
    const error = await withEnv({ PATH: '/no/such/folder' }, () => failureOf({}));
    assert.match(
      error.message,
      /^plugin "echo" could not be started: there is no docker command on this host's PATH/,
    );
    assert.match(error.message, /docker\.io/);
  });

  test('no engine, or not there', async () => {
    for (const address of ['unix:///no/such/docker.sock', 'tcp://127.0.0.1:1']) {
      const error = await withEnv({ DOCKER_HOST: address }, () => failureOf({}));
      assert.ok(error.message.includes(`no docker engine answers at ${address}: start it`), error.message);
      assert.match(error.message, /DOCKER_HOST/);
    }
    const error = await withEnv({ DOCKER_CONTEXT: 'nowhere' }, () => failureOf({}));
    assert.match(error.message, /could not be started: there is no docker context "nowhere"/);
  });

  test('no right to talk to it', async (context) => {
    const folder = mkdtempSync('/tmp/docker-closed-');
    context.after(() => rmSync(folder, { recursive: true }));
    chmodSync(folder, 0o755);
    const socket = createServer().listen(join(folder, 'docker.sock'));
    context.after(() => socket.close());
    await once(socket, 'listening');
    chmodSync(join(folder, 'docker.sock'), 0);
    const script = fileURLToPath(new URL('../../fixtures/host.mjs', import.meta.url));
    const host = spawn(process.execPath, [script, JSON.stringify([dockerSpec(image)]), 'stay'], {
      // Root may talk to everybody.
      ...(process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}),
      env: {
        PATH: process.env.PATH,
        TMPDIR: '/tmp',
        HOME: '/tmp',
        DOCKER_HOST: `unix://${folder}/docker.sock`,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const said = await text(host.stderr);
    assert.match(
      said,
      /plugin "echo" could not be started: this user may not talk to the docker engine at unix:/,
    );
    assert.match(said, /adduser <user> docker/);
  });

  test('no image; nothing is pulled unless asked for', async () => {
    const missing = 'pluginart-no-such-image:1';
    const never = await failureOf({ image: missing });
    assert.match(
      never.message,
      /the engine has no image "pluginart-no-such-image:1": docker build or docker pull it/,
    );
    assert.ok(never.evidence?.stderr.some((line) => /no such image/i.test(line)));
  });

  test('every port is taken', async (context) => {
    const taken = createServer().listen(0, '127.0.0.1');
    context.after(() => taken.close());
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    let asked = 0;
    const findPort = async () => {
      asked++;
      return port;
    };
    const error = await failureOf({ findPort });
    assert.equal(asked, 3);
    assert.match(error.message, /could not be started: each port that was tried for it had been taken/);
    assert.match(error.message, new RegExp(`${port}.*address already in use`));
  });

  test('a port that is taken is followed by another', async (context) => {
    const taken = createServer().listen(0, '127.0.0.1');
    context.after(() => taken.close());
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const ports = [port, await findFreePort()];
    const instance = await launch({ findPort: async () => ports.shift()! });
    assert.equal(ports.length, 0);
    await instance.stop(10_000);
  });

  test('an end before READY, with its code and output', async () => {
    const error = await failureOf(
      program('console.log("reading"); console.error("no database"); process.exit(3)'),
    );
    assert.equal(
      error.message,
      'plugin "echo" exited with code 3 before it was ready\n' +
        '  stderr:\n    no database\n' +
        '  stdout:\n    reading',
    );
  });

  test('too little memory', async () => {
    const error = await failureOf({ image: eatingImage, args: [], resources: { pids: 512, memory: '64m' } });
    assert.match(
      error.message,
      /was killed for want of memory \(resources\.memory is 64m\) before it was ready/,
    );
    const killed = await failureOf(program('process.kill(process.pid, "SIGKILL")'));
    assert.match(killed.message, /was killed by SIGKILL, by somebody else before it was ready/);
    const aborted = await failureOf(program('process.abort()'));
    assert.match(aborted.message, /was killed by SIGABRT before it was ready/);
  });

  test('too few processes', async () => {
    const code = 'require("child_process").spawn("sleep", ["1"]).on("error", (error) => { throw error; })';
    const error = await failureOf({
      ...program(`for (let i = 0; i < 40; i++) ${code}`),
      resources: { pids: 30 },
    });
    assert.match(error.message, /at most 30 processes and threads may run in it \(resources\.pids\)/);
  });

  test('a write to what is read-only', async () => {
    const error = await failureOf(program('require("fs").writeFileSync("/app/x", "")'));
    assert.match(
      error.message,
      /exited with code 1 before it was ready; its file system is read-only but for \/tmp/,
    );
  });

  test('never READY, or elsewhere', async () => {
    const silent = await failureOf({ ...program('setInterval(() => {}, 1000)'), timeoutMs: 3_000 });
    assert.match(
      silent.message,
      /has not printed READY alone on a line of stdout within 3 s \(startup_timeout\)/,
    );
    const code =
      'require("net").createServer().listen(process.env.PLUGIN_SOCKET, () => console.log("I am READY"))';
    const listening = await failureOf({ ...program(code), transport: 'unix', timeoutMs: 10_000 });
    assert.match(listening.message, /listens at unix:\S+, but has not printed READY .* as in "I am READY"/);
  });

  test('an image for another machine, without a program, or with one that is none', async () => {
    const arch = process.arch === 'arm64' ? 'amd64' : 'arm64';
    const known = await failureOf({ image: foreignImage, args: [] });
    assert.match(
      known.message,
      new RegExp(`image "\\S+" is built for linux/${arch}, and the engine runs linux/\\w+:`),
    );
    const mislabelled = await failureOf({ image: mislabelledImage, args: [] });
    assert.match(mislabelled.message, /the program of image "\S+" is built for another kind of machine/);
    const bare = await failureOf({ image: bareImage, args: ['/no/such/program'] });
    assert.match(bare.message, /image "\S+" has no program \/no\/such\/program/);
    const text = await failureOf({ image: bareImage, args: ['/note.txt'] });
    assert.match(text.message, /\/note\.txt of image "\S+" is not executable for its user/);
    const nothing = await failureOf({ image: bareImage, args: [] });
    assert.match(nothing.message, /image "\S+" says not what to run: give it an ENTRYPOINT, or args/);
  });

  test('a user or a network that is not there', async () => {
    const user = await failureOf({ user: 'nobody-here' });
    assert.match(user.message, /image "\S+" has no user "nobody-here": give its number/);
    const network = await failureOf({ network: 'pluginart-no-such-network' });
    assert.match(
      network.message,
      /the engine has no network pluginart-no-such-network: docker network create it/,
    );
  });

  test('a variable that cannot be handed over', async () => {
    const error = await failureOf({ env: { DOCKER_HOST: 'one\ntwo' } });
    assert.match(
      error.message,
      /the variable DOCKER_HOST cannot be given to a container with a value of several lines/,
    );
  });

  test('given up on while it starts', async () => {
    for (const delayMs of [0, 60, 120, 250, 500]) {
      const abort = new AbortController();
      const reason = new Error('given up');
      const attempt = launch({ ...program('setInterval(() => {}, 1000)'), signal: abort.signal });
      setTimeout(() => abort.abort(reason), delayMs);
      await assert.rejects(attempt, reason);
      assert.deepEqual(containersOf(process.pid), []);
    }
  });
});

/** A program's first 64 bytes, as of 64-bit ARM; on such a machine, of x86-64. */
function foreignProgram(): Buffer {
  const head = Buffer.alloc(64);
  head.write('\x7fELF\x02\x01\x01', 'latin1');
  head.writeUInt16LE(2, 16);
  head.writeUInt16LE(process.arch === 'arm64' ? 0x3e : 0xb7, 18);
  return head;
}

function foreignFiles(folder: string, kind: string): void {
  // Other bytes at its end: the builder must not take one for the other.
  const bytes = Buffer.concat([foreignProgram(), Buffer.from(`${kind} ${process.pid}`)]);
  writeFileSync(join(folder, 'plugin'), bytes, { mode: 0o755 });
  writeFileSync(
    join(folder, 'Dockerfile'),
    `FROM scratch\nCOPY plugin /\nCOPY plugin /bin/sh\nENTRYPOINT ["/plugin"]\n`,
  );
}

const platform = process.arch === 'arm64' ? 'linux/amd64' : 'linux/arm64';
const foreignImage = builtImage(
  'foreign',
  (folder) => foreignFiles(folder, 'foreign'),
  '--platform',
  platform,
);
const mislabelledImage = builtImage('mislabelled', (folder) => foreignFiles(folder, 'mislabelled'));
// A shell is small: a node whose own pages no longer fit reads them again and again instead of dying.
const eatingImage = builtImage('eating', (folder) => {
  const eat = 'a=x; while :; do a=$a$a; done';
  writeFileSync(
    join(folder, 'Dockerfile'),
    `FROM node:24-slim\nLABEL run=${process.pid}\nENTRYPOINT ["/bin/sh", "-c", "${eat}"]\n`,
  );
});
const bareImage = builtImage('bare', (folder) => {
  writeFileSync(join(folder, 'note.txt'), `no program, ${process.pid}\n`);
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY note.txt /\n');
});
