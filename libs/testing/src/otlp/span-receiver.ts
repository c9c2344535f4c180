import { OtlpReceiver, type Received } from './otlp-receiver.ts'
import { type ReceivedSpan, spansIn } from './span-message.ts'

export type { ReceivedSpan } from './span-message.ts'

/** A collector of traces on loopback that keeps what it gets. */
export class SpanReceiver extends OtlpReceiver {
  /** Of the exports of traces that were answered well. */
  readonly spans: ReceivedSpan[] = []
  /** Path and content type of each request over HTTP, and its body. */
  readonly posts: string[] = []
  readonly bodies: Buffer[] = []

  static async start(): Promise<SpanReceiver> {
    const receiver = new SpanReceiver()
    await receiver.listen('/opentelemetry.proto.collector.trace.v1.TraceService/Export')
    return receiver
  }

  protected override take({ by, path, contentType, body, status }: Received): void {
    if (by === 'http') {
      this.posts.push(`${path} ${contentType}`)
      this.bodies.push(body)
    }
    if (by === 'grpc' || (status === 200 && path === '/v1/traces')) this.spans.push(...spansIn(body))
  }
}
