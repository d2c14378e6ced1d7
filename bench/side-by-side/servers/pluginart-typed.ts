import { serve } from 'pluginart';
import { echoService } from '../generated/plugin/echo_service.ts';
import { maxConcurrentCalls } from '../raw-contract.ts';
import { ready } from './ready.ts';

await serve(echoService({ echo: ({ input }) => ({ output: input }) }), { maxConcurrentCalls });
ready();
