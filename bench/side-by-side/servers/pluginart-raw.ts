import { serve } from 'pluginart';
import { contractHash, maxConcurrentCalls } from '../raw-contract.ts';
import { ready } from './ready.ts';

await serve((payload) => payload, { contractHash, maxConcurrentCalls });
ready();
