import protobuf from 'protobufjs'

/** The part of OTLP's trace messages that tests look at (opentelemetry/proto/trace/v1/trace.proto). */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { repeated Span spans = 2; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
    fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9; Status status = 15;
  }
  message Status { string message = 2; int32 code = 3; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
`)
const requests = root.lookupType('ExportTraceServiceRequest')

type Attributes = Readonly<Record<string, string | number | boolean>>

/** One span as a collector gets it. */
export interface ReceivedSpan {
  readonly name: string
  readonly kind: 'internal' | 'server' | 'client' | 'other'
  readonly traceId: string
  readonly spanId: string
  /** Empty: the trace begins here. */
  readonly parentSpanId: string
  readonly traceState: string
  /** Milliseconds since the epoch. */
  readonly startMs: number
  readonly endMs: number
  readonly attributes: Attributes
  /** Message of an error status; undefined without one. */
  readonly error: string | undefined
  /** Attributes of its resource. */
  readonly resource: Attributes
}

interface Wire {
  readonly attributes?: readonly { readonly key: string; readonly value?: Readonly<Record<string, string | number | boolean>> }[]
}
interface WireSpan extends Wire {
  readonly name: string
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly traceState: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly status?: { readonly code: number; readonly message: string }
}
interface WireRequest {
  readonly resourceSpans?: readonly {
    readonly resource?: Wire
    readonly scopeSpans?: readonly { readonly spans?: readonly WireSpan[] }[]
  }[]
}

const kinds = ['other', 'internal', 'server', 'client'] as const
const failed = 2

/** Decodes an ExportTraceServiceRequest. Throws when it is none. */
export function spansIn(message: Uint8Array): ReceivedSpan[] {
  const options = { longs: String, bytes: String, defaults: true }
  const request = requests.toObject(requests.decode(message), options) as WireRequest
  return (request.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) =>
    (scopeSpans ?? []).flatMap(({ spans }) => (spans ?? []).map((span) => received(span, attributesOf(resource))))
  )
}

function received(span: WireSpan, resource: Attributes): ReceivedSpan {
  const hex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex')
  return {
    name: span.name,
    kind: kinds[span.kind] ?? 'other',
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId),
    traceState: span.traceState,
    startMs: Number(BigInt(span.startTimeUnixNano) / 1000n) / 1000,
    endMs: Number(BigInt(span.endTimeUnixNano) / 1000n) / 1000,
    attributes: attributesOf(span),
    error: span.status?.code === failed ? span.status.message : undefined,
    resource
  }
}

function attributesOf(wire: Wire | undefined): Attributes {
  return Object.fromEntries(
    (wire?.attributes ?? []).map(({ key, value }) => [
      key,
      value?.['intValue'] === undefined ? (Object.values(value ?? {})[0] ?? '') : Number(value['intValue'])
    ])
  )
}
