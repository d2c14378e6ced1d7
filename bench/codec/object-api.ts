/**
 * The official way from values to bytes and back: what `flatc --ts --gen-object-api` puts beside the table
 * classes, in the same shape and doing the same work, over the official builder.
 */
import * as flatbuffers from 'flatbuffers';
import { Body } from './generated/bench/codec/body.ts';
import { CallRequest } from './generated/bench/codec/call-request.ts';
import { EchoRequest } from './generated/bench/codec/echo-request.ts';
import { Kind } from './generated/bench/codec/kind.ts';
import { Owner } from './generated/bench/codec/owner.ts';
import { Position } from './generated/bench/codec/position.ts';
import { RequestPayload, unionToRequestPayload } from './generated/bench/codec/request-payload.ts';
import { StoreRequest } from './generated/bench/codec/store-request.ts';

type Builder = flatbuffers.Builder;
type Offset = flatbuffers.Offset;

export class PositionT {
  x: number;
  y: number;
  z: number;

  constructor(x = 0, y = 0, z = 0) {
    this.x = x;
    this.y = y;
    this.z = z;
  }

  pack(builder: Builder): Offset {
    return Position.createPosition(builder, this.x, this.y, this.z);
  }

  static unpack(from: Position): PositionT {
    return new PositionT(from.x(), from.y(), from.z());
  }
}

export class OwnerT {
  name: string | null;
  email: string | null;
  since: bigint;

  constructor(name: string | null = null, email: string | null = null, since = 0n) {
    this.name = name;
    this.email = email;
    this.since = since;
  }

  pack(builder: Builder): Offset {
    const name = this.name !== null ? builder.createString(this.name) : 0;
    const email = this.email !== null ? builder.createString(this.email) : 0;
    return Owner.createOwner(builder, name, email, this.since);
  }

  static unpack(from: Owner): OwnerT {
    return new OwnerT(from.name(), from.email(), from.since());
  }
}

export class BodyT {
  id: bigint;
  name: string | null;
  kind: Kind;
  position: PositionT | null;
  mass: number;
  radius: number;
  visible: boolean;
  tags: string[];
  spectrum: number[];
  counts: number[];
  thumbnail: number[];
  owner: OwnerT | null;

  constructor(
    id = 0n,
    name: string | null = null,
    kind: Kind = Kind.Planet,
    position: PositionT | null = null,
    mass = 0,
    radius = 0,
    visible = true,
    tags: string[] = [],
    spectrum: number[] = [],
    counts: number[] = [],
    thumbnail: number[] = [],
    owner: OwnerT | null = null,
  ) {
    this.id = id;
    this.name = name;
    this.kind = kind;
    this.position = position;
    this.mass = mass;
    this.radius = radius;
    this.visible = visible;
    this.tags = tags;
    this.spectrum = spectrum;
    this.counts = counts;
    this.thumbnail = thumbnail;
    this.owner = owner;
  }

  pack(builder: Builder): Offset {
    const name = this.name !== null ? builder.createString(this.name) : 0;
    const tags = Body.createTagsVector(builder, builder.createObjectOffsetList(this.tags));
    const spectrum = Body.createSpectrumVector(builder, this.spectrum);
    const counts = Body.createCountsVector(builder, this.counts);
    const thumbnail = Body.createThumbnailVector(builder, this.thumbnail);
    const owner = this.owner !== null ? this.owner.pack(builder) : 0;

    Body.startBody(builder);
    Body.addId(builder, this.id);
    Body.addName(builder, name);
    Body.addKind(builder, this.kind);
    Body.addPosition(builder, this.position !== null ? this.position.pack(builder) : 0);
    Body.addMass(builder, this.mass);
    Body.addRadius(builder, this.radius);
    Body.addVisible(builder, this.visible);
    Body.addTags(builder, tags);
    Body.addSpectrum(builder, spectrum);
    Body.addCounts(builder, counts);
    Body.addThumbnail(builder, thumbnail);
    Body.addOwner(builder, owner);
    return Body.endBody(builder);
  }

  static unpack(from: Body): BodyT {
    const bb = from.bb!;
    return new BodyT(
      from.id(),
      from.name(),
      from.kind(),
      from.position() !== null ? PositionT.unpack(from.position()!) : null,
      from.mass(),
      from.radius(),
      from.visible(),
      bb.createScalarList<string>(from.tags.bind(from) as (index: number) => string, from.tagsLength()),
      bb.createScalarList<number>(
        from.spectrum.bind(from) as (index: number) => number,
        from.spectrumLength(),
      ),
      bb.createScalarList<number>(from.counts.bind(from) as (index: number) => number, from.countsLength()),
      bb.createScalarList<number>(
        from.thumbnail.bind(from) as (index: number) => number,
        from.thumbnailLength(),
      ),
      from.owner() !== null ? OwnerT.unpack(from.owner()!) : null,
    );
  }
}

export class EchoRequestT {
  input: string | null;

  constructor(input: string | null = null) {
    this.input = input;
  }

  pack(builder: Builder): Offset {
    const input = this.input !== null ? builder.createString(this.input) : 0;
    return EchoRequest.createEchoRequest(builder, input);
  }

  static unpack(from: EchoRequest): EchoRequestT {
    return new EchoRequestT(from.input());
  }
}

export class StoreRequestT {
  title: string | null;
  revision: number;
  bodies: BodyT[];

  constructor(title: string | null = null, revision = 0, bodies: BodyT[] = []) {
    this.title = title;
    this.revision = revision;
    this.bodies = bodies;
  }

  pack(builder: Builder): Offset {
    const title = this.title !== null ? builder.createString(this.title) : 0;
    const bodies = StoreRequest.createBodiesVector(builder, builder.createObjectOffsetList(this.bodies));
    return StoreRequest.createStoreRequest(builder, title, this.revision, bodies);
  }

  static unpack(from: StoreRequest): StoreRequestT {
    const bodies: BodyT[] = [];
    for (let i = 0; i < from.bodiesLength(); i++) bodies.push(BodyT.unpack(from.bodies(i)!));
    return new StoreRequestT(from.title(), from.revision(), bodies);
  }
}

export class CallRequestT {
  requestId: bigint;
  deadlineUnixMs: bigint;
  traceId: string | null;
  spanId: string | null;
  payloadType: RequestPayload;
  payload: EchoRequestT | StoreRequestT | null;

  constructor(
    requestId = 0n,
    deadlineUnixMs = 0n,
    traceId: string | null = null,
    spanId: string | null = null,
    payloadType: RequestPayload = RequestPayload.NONE,
    payload: EchoRequestT | StoreRequestT | null = null,
  ) {
    this.requestId = requestId;
    this.deadlineUnixMs = deadlineUnixMs;
    this.traceId = traceId;
    this.spanId = spanId;
    this.payloadType = payloadType;
    this.payload = payload;
  }

  pack(builder: Builder): Offset {
    const traceId = this.traceId !== null ? builder.createString(this.traceId) : 0;
    const spanId = this.spanId !== null ? builder.createString(this.spanId) : 0;
    const payload = builder.createObjectOffset(this.payload);
    return CallRequest.createCallRequest(
      builder,
      this.requestId,
      this.deadlineUnixMs,
      traceId,
      spanId,
      this.payloadType,
      payload,
    );
  }

  static unpack(from: CallRequest): CallRequestT {
    const payload = unionToRequestPayload(from.payloadType(), from.payload.bind(from));
    return new CallRequestT(
      from.requestId(),
      from.deadlineUnixMs(),
      from.traceId(),
      from.spanId(),
      from.payloadType(),
      payload instanceof EchoRequest
        ? EchoRequestT.unpack(payload)
        : payload instanceof StoreRequest
          ? StoreRequestT.unpack(payload)
          : null,
    );
  }
}

/** One builder is used again and again, as its users are advised to. */
const builder = new flatbuffers.Builder(65_536);

export function encodeOfficially(call: CallRequestT): Uint8Array {
  builder.clear();
  builder.finish(call.pack(builder));
  return builder.asUint8Array();
}

export function decodeOfficially(bytes: Uint8Array): CallRequestT {
  return CallRequestT.unpack(CallRequest.getRootAsCallRequest(new flatbuffers.ByteBuffer(bytes)));
}
