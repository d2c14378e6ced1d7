import type { Rule } from '../rules/read-rules.ts';
import { transports } from './cell.ts';
import type { Implementation } from './implementation.ts';
import type { Judged } from './verdict.ts';

/** What RESULTS.md says: which fields passed, and which rules no case proves. The same for the same results. */
export function resultsPage(
  implementations: readonly Implementation[],
  judged: readonly Judged[],
  rules: readonly Rule[],
): string {
  const proved = new Set(judged.flatMap((one) => one.rules));
  const unproved = rules.filter(({ id }) => !proved.has(id));
  return [
    '# What the matrix found',
    '',
    'Written by `npm run conformance`. Each field is one host process and the plugins that it starts or dials, over each',
    'transport; the number is that of the cases that passed, of all there are for the field where some did not. The version',
    '1 peer is a host and a plugin written from PROTOCOL.md alone.',
    '',
    ...matrix('Protocol version 2', 2, implementations, judged),
    ...matrix('Protocol version 1', 1, implementations, judged),
    '## Hosts alone',
    '',
    'Every host against plugins that misbehave on purpose, and configurations that are wrong.',
    '',
    '| host | cases |',
    '|---|---|',
    ...implementations
      .filter(({ id }) => judged.some(({ cell }) => cell === `${id}/-`))
      .map(({ id, name }) => `| ${name} | ${score(judged, `${id}/-`)} |`),
    '',
    '## Plugins certified',
    '',
    'Every plugin against a host that does things well and badly: `pluginart conformance`.',
    '',
    '| plugin | unix | tcp |',
    '|---|---|---|',
    ...implementations
      .filter(({ id }) => judged.some(({ cell }) => cell.startsWith(`-/${id}/`)))
      .map(
        ({ id, name }) => `| ${name} | ${score(judged, `-/${id}/unix`)} | ${score(judged, `-/${id}/tcp`)} |`,
      ),
    '',
    '## Rules without a case',
    '',
    `${rules.length - unproved.length} of the ${rules.length} rules of [PROTOCOL.md](../protocol/PROTOCOL.md) are named by a case here. The others:`,
    '',
    unproved.length === 0 ? 'none.' : `${unproved.map(({ id }) => id).join(', ')}.`,
    '',
  ].join('\n');
}

function matrix(
  title: string,
  version: 1 | 2,
  implementations: readonly Implementation[],
  judged: readonly Judged[],
): string[] {
  const tested = (id: string, place: number) =>
    judged.some(({ cell }) => cell.endsWith(`/v${version}`) && cell.split('/')[place] === id);
  const hosts = implementations.filter(({ id }) => tested(id, 0));
  const plugins = implementations.filter(({ id }) => tested(id, 1));
  return [
    `## ${title}`,
    '',
    `| host \\ plugin | ${plugins.map(({ name }) => name).join(' | ')} |`,
    `|---|${'---|'.repeat(plugins.length)}`,
    ...hosts.map((host) => {
      const fields = plugins.map((plugin) =>
        transports
          .map((transport) => ({ transport, cell: `${host.id}/${plugin.id}/${transport}/v${version}` }))
          .filter(({ cell }) => judged.some((one) => one.cell === cell))
          .map(({ transport, cell }) => `${transport} ${score(judged, cell)}`)
          .join(', '),
      );
      return `| ${host.name} | ${fields.join(' | ')} |`;
    }),
    '',
  ];
}

function score(judged: readonly Judged[], cell: string): string {
  const all = judged.filter((one) => one.cell === cell);
  const passed = all.filter(({ outcome }) => outcome === 'passed');
  return passed.length === all.length ? String(all.length) : `${passed.length} of ${all.length}`;
}
