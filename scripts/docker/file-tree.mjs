import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The root file system of an image, in the making. */
export class FileTree {
  #folder;

  constructor(folder) {
    this.#folder = folder;
    for (const name of ['tmp', 'proc', 'sys', 'dev', 'etc', 'root', 'bin', 'usr/bin']) this.folder(name);
    // Everybody's, as in real images: a container's own /tmp is mounted with the same mode.
    chmodSync(join(folder, 'tmp'), 0o1777);
  }

  folder(path) {
    mkdirSync(join(this.#folder, path), { recursive: true });
  }

  text(path, text, mode = 0o644) {
    this.folder(dirname(path));
    writeFileSync(join(this.#folder, path), text, { mode });
  }

  link(path, target) {
    this.folder(dirname(path));
    symlinkSync(target, join(this.#folder, path));
  }

  /** A file or folder of this machine, with what it links to; at the same path unless told otherwise. */
  copy(from, to = from, filter = undefined) {
    this.folder(dirname(to));
    cpSync(realpathSync(from), join(this.#folder, to), { recursive: true, verbatimSymlinks: true, filter });
  }

  copyIfThere(from) {
    if (existsSync(from)) this.copy(from);
  }

  /** A program, with the libraries that it is linked to. */
  program(file, to = file) {
    this.copy(file, to);
    this.librariesOf(file);
  }

  librariesOf(file) {
    let list;
    try {
      list = execFileSync('ldd', [file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    } catch {
      return; // Linked to none.
    }
    for (const [, library] of list.matchAll(/(?:=> |^\s*)(\/\S+) \(/gm)) {
      if (!existsSync(join(this.#folder, library))) this.copy(library);
    }
  }

  /** What every image needs: users, names, who is trusted, a shell and a few programs. */
  basics(users) {
    this.text(
      'etc/passwd',
      users
        .map(([name, id]) => `${name}:x:${id}:${id}::/${name === 'root' ? 'root' : 'tmp'}:/bin/sh\n`)
        .join(''),
    );
    this.text('etc/group', users.map(([name, id]) => `${name}:x:${id}:\n`).join(''));
    this.text('etc/nsswitch.conf', 'hosts: files dns\n');
    this.copyIfThere('/etc/ssl/certs/ca-certificates.crt');
  }

  shell() {
    this.program('/bin/sh');
    for (const name of [
      'cat',
      'chmod',
      'chown',
      'cp',
      'env',
      'id',
      'ln',
      'ls',
      'mkdir',
      'mv',
      'rm',
      'sleep',
    ]) {
      this.program(existsSync(`/bin/${name}`) ? `/bin/${name}` : `/usr/bin/${name}`, `/usr/bin/${name}`);
    }
  }
}
