import { serve } from 'pluginart';
import { handler } from './handler.js';
import { markdownService } from './plugin/markdown_service.js';

await serve(markdownService(handler));
