import { pointsIn, type ReceivedPoint } from './metric-message.ts'
import { OtlpReceiver, type Received } from './otlp-receiver.ts'

/** A collector of metrics on loopback that keeps what it gets. */
export class MetricReceiver extends OtlpReceiver {
  /** All data points, by the export that brought them; of those that were answered well. */
  readonly exports: { readonly by: 'http' | 'grpc'; readonly path: string; readonly points: readonly ReceivedPoint[] }[] = []

  static async start(): Promise<MetricReceiver> {
    const receiver = new MetricReceiver()
    await receiver.listen('/opentelemetry.proto.collector.metrics.v1.MetricsService/Export')
    return receiver
  }

  protected override take({ by, path, body, status }: Received): void {
    if (status === 200) this.exports.push({ by, path, points: pointsIn(body) })
  }
}
