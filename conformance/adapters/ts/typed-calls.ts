import { Builder } from 'flatbuffers';
import type { Caller, CallOptions } from 'pluginart';
import type { Command } from './commands.ts';
import { SendRequest } from './generated/host/conformance/send-request.ts';
import { ConformanceClient } from './generated/host/conformance_client.ts';
import type { ParcelInit } from './generated/host/values.ts';
import { buildParcel, readParcel } from './parcel.ts';
import { findMethod, fromNotation, toNotation } from './values.ts';

type Invoke = (request: object, options: CallOptions) => Promise<object>;

/** `call`: a method of the generated client, by plain values. */
export async function callTyped(caller: Caller, command: Command, options: CallOptions): Promise<object> {
  const { name, request, response } = findMethod(command.method as string);
  const client = new ConformanceClient(caller, command.plugin as string);
  const call = client[`${name[0]?.toLowerCase()}${name.slice(1)}` as keyof ConformanceClient] as Invoke;
  const answer = await call.call(client, fromNotation(request, command.value ?? {}), options);
  return { value: toNotation(response, answer) };
}

/** `build`: the same for `Send`, by FlatBuffers builders. */
export async function callBuilt(caller: Caller, command: Command, options: CallOptions): Promise<object> {
  const { name, request, response } = findMethod(command.method as string);
  if (name !== 'Send') throw new Error(`${name} is not called through builders`);
  const { parcel } = fromNotation(request, command.value) as { parcel: ParcelInit };
  const builder = new Builder(64);
  const offset = buildParcel(builder, parcel);
  SendRequest.startSendRequest(builder);
  SendRequest.addParcel(builder, offset);
  const client = new ConformanceClient(caller, command.plugin as string);
  const answered = (await client.Send(builder, SendRequest.endSendRequest(builder), options)).parcel();
  return { value: toNotation(response, answered === null ? {} : { parcel: readParcel(answered) }) };
}
