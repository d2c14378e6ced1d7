import { serve } from 'pluginart';
import { handler } from './handler.js';
import { outlineService } from './plugin/outline_service.js';

await serve(outlineService(handler));
