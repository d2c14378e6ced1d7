import { readExchanges } from '../../peers/vectors.ts';
import { loadSuites } from '../suite/load-suites.ts';
import type { HostSuite } from './host-case.ts';

/** Everything that is done to a host alone. */
export function hostSuites(): HostSuite[] {
  const exchanges: HostSuite = {
    suite: 'host-exchanges',
    about: 'The exchanges of protocol/vectors towards a host.',
    role: 'host',
    cases: readExchanges('host').map((exchange) => ({
      name: `vectors: ${exchange.rule}, ${exchange.name}`,
      rules: [exchange.rule],
      plays: { exchange },
    })),
  };
  return [...loadSuites().filter((suite) => suite.role === 'host'), exchanges];
}
