import { encodeEchoCall } from '../../peers/v1/control.ts';
import { loadSuites } from '../suite/load-suites.ts';
import type { PluginCase, PluginSuite } from '../suite/suite.ts';
import { casesFromExchanges } from './from-vectors.ts';

/** Of examples/schema/echo.fbs. Whoever serves that is called, too. */
const echoContract = 'sha256:bbae0bbb0e92f8407a3a25443261c4249e9b56b268df675557eab6bfa4896ff5';

/** Everything that is done to a plugin that serves that contract. */
export function pluginSuites(contractHash: string): PluginSuite[] {
  const suites = loadSuites().filter((suite) => suite.role === 'plugin');
  const exchanges: PluginSuite = {
    suite: 'plugin-exchanges',
    about: 'The exchanges of protocol/vectors.',
    role: 'plugin',
    cases: casesFromExchanges(),
  };
  if (contractHash !== echoContract) return [...suites, exchanges];
  const calls: PluginSuite = {
    suite: 'plugin-echo',
    about: 'Calls of examples/schema/echo.fbs.',
    role: 'plugin',
    cases: echoCases(),
  };
  return [...suites, exchanges, calls];
}

function echoCases(): PluginCase[] {
  const body = encodeEchoCall(7n, 'hello').toString('hex');
  return [
    {
      name: 'a call, version 2',
      rules: ['C1', 'V2-S4'],
      steps: [
        { connect: true },
        { handshake: { outcome: 'v2' } },
        { send: [1, 3, 5].map((stream) => ({ v2: 'CALL', stream, arg: 10_000, body })) },
        { frames: [1, 3, 5].map((stream) => ({ types: ['RESPONSE'], stream })) },
      ],
    },
    {
      name: 'a call, version 1',
      rules: ['C1', 'V1-C1'],
      token: false,
      steps: [
        { connect: true },
        { handshake: { outcome: 'v1', offer: 'none' } },
        { send: [{ v1: 'CALL_REQUEST', payload: body }] },
        { frames: [{ types: ['CALL_RESPONSE'] }] },
      ],
    },
    {
      name: 'a call in fragments',
      rules: ['V2-M1', 'V2-M3'],
      steps: [
        { connect: true },
        { handshake: { outcome: 'v2' } },
        { send: fragments(body) },
        { frames: [{ types: ['RESPONSE'], stream: 1 }] },
      ],
    },
  ];
}

function fragments(body: string) {
  const total = Buffer.alloc(8);
  total.writeBigUInt64LE(BigInt(body.length / 2));
  return [
    { v2: 'CALL', stream: 1, flags: ['MORE'], body: total.toString('hex') + body.slice(0, 20) },
    { v2: 'CALL', stream: 1, flags: ['MORE', 'CONT'], body: body.slice(20, 40) },
    { v2: 'CALL', stream: 1, flags: ['CONT'], body: body.slice(40) },
  ];
}
