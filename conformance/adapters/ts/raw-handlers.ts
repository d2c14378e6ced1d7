import { Builder } from 'flatbuffers';
import { PluginError, type RawHandler } from 'pluginart';
import { SendResponse } from './generated/plugin/fb/conformance/send-response.ts';
import { BuildSendCallResponse, DecodeSendRequest } from './generated/plugin/pluginart_helpers.ts';
import { buildParcel, readParcel } from './parcel.ts';

/** Handlers of whole payloads, by what CONFORMANCE_SERVE calls them. */
export const rawHandlers: Readonly<Record<string, RawHandler>> = {
  echo: (payload) => {
    const command = payload.length <= 64 ? /^large:(\d+)$/.exec(payload.toString('latin1')) : null;
    return command === null ? payload : Buffer.alloc(Number(command[1]), 'a');
  },

  hold: (_, { signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new PluginError('told to stop')));
    }),

  stuck: () => new Promise(() => {}),

  /** `Send`, read and built with the classes for FlatBuffers builders. */
  builders: (payload) => {
    const { request, call } = DecodeSendRequest(payload);
    const parcel = request.parcel();
    const builder = new Builder(64);
    const offset = parcel === null ? 0 : buildParcel(builder, readParcel(parcel as never));
    SendResponse.startSendResponse(builder);
    if (offset !== 0) SendResponse.addParcel(builder, offset);
    return BuildSendCallResponse(call, builder, SendResponse.endSendResponse(builder));
  },
};
