import { serve } from 'pluginart';
import { handler } from './handler.js';
import { echoService } from './plugin/echo_service.js';

await serve(echoService(handler));
