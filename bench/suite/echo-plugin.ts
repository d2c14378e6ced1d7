// The plugin of the suite: sends back what it gets, and measures its own process between two orders.
import { serve } from 'pluginart';
import { contractHash, startOrder, stopOrder } from './orders.ts';
import { ProcessMeter } from './process-meter.ts';

const meter = new ProcessMeter();

await serve(
  (payload) => {
    if (payload.length > startOrder.length) return payload;
    return payload.equals(stopOrder) ? reportConsumption() : startMeter();
  },
  { contractHash },
);

async function startMeter(): Promise<Uint8Array> {
  await meter.start();
  return startOrder;
}

async function reportConsumption(): Promise<Uint8Array> {
  return Buffer.from(JSON.stringify(await meter.stop()));
}
