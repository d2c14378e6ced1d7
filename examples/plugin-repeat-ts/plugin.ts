import { serve } from 'pluginart';
import { handler } from './handler.js';
import { repeatService } from './plugin/repeat_service.js';

await serve(repeatService(handler));
