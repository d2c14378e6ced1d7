import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { whyUnfit } from './executable-format.ts';

const directory = await mkdtemp('/tmp/format-');
after(() => rm(directory, { recursive: true, force: true }));

async function judge(content: string | Buffer): Promise<string | undefined> {
  const path = join(directory, 'program');
  await writeFile(path, content);
  return whyUnfit(path);
}

function elf(machine: number): Buffer {
  const head = Buffer.alloc(64);
  head.write('\x7fELF', 'latin1');
  head[4] = 2;
  head[5] = 1;
  head.writeUInt16LE(machine, 18);
  return head;
}

test('what runs here passes', async () => {
  assert.equal(await judge('#!/bin/sh\n'), undefined);
  assert.equal(await whyUnfit(process.execPath), undefined);
  assert.equal(await whyUnfit(join(directory, 'missing')), undefined);
});

test('what does not is named', async () => {
  assert.match((await judge('#!/bin/sh\r\n'))!, /carriage return/);
  assert.match(
    (await judge('#!/no/such/python3 -u\n'))!,
    /names \/no\/such\/python3, which cannot be run here/,
  );
  assert.match((await judge('echo hello\n'))!, /neither a program for this machine nor a script/);
  assert.match((await judge(''))!, /is empty/);
  assert.match((await judge('MZ\0\0'))!, /built for Windows/);
});

test('another architecture is named', {
  skip: process.platform !== 'linux' && 'ELF is of Linux',
}, async () => {
  const [machine, name] = process.arch === 's390x' ? [0x3e, 'x64'] : [0x16, 's390x'];
  assert.match(
    (await judge(elf(machine)))!,
    new RegExp(`built for ${name}, and this machine is ${process.arch}`),
  );
});
