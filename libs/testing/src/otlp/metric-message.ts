import protobuf from 'protobufjs'

/** The part of OTLP's metric messages that tests look at (opentelemetry/proto/metrics/v1/metrics.proto). */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message ExportMetricsServiceRequest { repeated ResourceMetrics resource_metrics = 1; }
  message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeMetrics { repeated Metric metrics = 2; }
  message Metric { string name = 1; string unit = 3; oneof data { Gauge gauge = 5; Sum sum = 7; Histogram histogram = 9; } }
  message Gauge { repeated NumberPoint data_points = 1; }
  message Sum { repeated NumberPoint data_points = 1; int32 aggregation_temporality = 2; bool is_monotonic = 3; }
  message Histogram { repeated HistogramPoint data_points = 1; int32 aggregation_temporality = 2; }
  message NumberPoint { repeated KeyValue attributes = 7; oneof value { double as_double = 4; sfixed64 as_int = 6; } }
  message HistogramPoint { repeated KeyValue attributes = 9; fixed64 count = 4; double sum = 5; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
`)
const requests = root.lookupType('ExportMetricsServiceRequest')

type Attributes = Readonly<Record<string, string | number | boolean>>

/** One data point as a collector gets it. */
export interface ReceivedPoint {
  readonly metric: string
  readonly unit: string
  readonly kind: 'gauge' | 'sum' | 'histogram'
  readonly attributes: Attributes
  /** A histogram's count. */
  readonly value: number
  /** Attributes of its resource. */
  readonly resource: Attributes
}

interface Wire {
  readonly attributes?: readonly { readonly key: string; readonly value?: Readonly<Record<string, string | number | boolean>> }[]
}
interface WirePoint extends Wire {
  readonly asDouble?: number
  readonly asInt?: number
  readonly count?: number
}
interface WireMetric {
  readonly name: string
  readonly unit?: string
  readonly gauge?: { readonly dataPoints?: readonly WirePoint[] }
  readonly sum?: { readonly dataPoints?: readonly WirePoint[] }
  readonly histogram?: { readonly dataPoints?: readonly WirePoint[] }
}
interface WireRequest {
  readonly resourceMetrics?: readonly {
    readonly resource?: Wire
    readonly scopeMetrics?: readonly { readonly metrics?: readonly WireMetric[] }[]
  }[]
}

/** Decodes an ExportMetricsServiceRequest. Throws when it is none. */
export function pointsIn(message: Uint8Array): ReceivedPoint[] {
  const request = requests.toObject(requests.decode(message), { longs: Number }) as WireRequest
  return (request.resourceMetrics ?? []).flatMap(({ resource, scopeMetrics }) =>
    (scopeMetrics ?? []).flatMap(({ metrics }) => (metrics ?? []).flatMap((metric) => pointsOf(metric, attributesOf(resource))))
  )
}

function pointsOf(metric: WireMetric, resource: Attributes): ReceivedPoint[] {
  return (['gauge', 'sum', 'histogram'] as const).flatMap((kind) =>
    (metric[kind]?.dataPoints ?? []).map((point) => ({
      metric: metric.name,
      unit: metric.unit ?? '',
      kind,
      attributes: attributesOf(point),
      value: point.count ?? point.asDouble ?? point.asInt ?? 0,
      resource
    }))
  )
}

const attributesOf = (wire: Wire | undefined): Attributes =>
  Object.fromEntries((wire?.attributes ?? []).map(({ key, value }) => [key, Object.values(value ?? {})[0] ?? '']))
