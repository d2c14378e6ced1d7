import type { EchoHandlers } from './plugin/echo_service.js';

export const handler: EchoHandlers = {
  echo: ({ input }) => ({ output: input.toUpperCase() }),
};
