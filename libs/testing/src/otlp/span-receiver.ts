import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server as GrpcServer, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js'
import { type ReceivedSpan, spansIn } from './span-message.ts'

export type { ReceivedSpan } from './span-message.ts'

const identity = (bytes: Buffer): Buffer => bytes
const service: ServiceDefinition = {
  Export: {
    path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    requestStream: false,
    responseStream: false,
    requestSerialize: identity,
    requestDeserialize: identity,
    responseSerialize: identity,
    responseDeserialize: identity
  }
}

/** A collector of traces on loopback that keeps what it gets, by OTLP over HTTP and over gRPC. */
export class SpanReceiver {
  readonly spans: ReceivedSpan[] = []
  /** Path and content type of each request over HTTP, and its body. */
  readonly posts: string[] = []
  readonly bodies: Buffer[] = []
  /** Status that requests over HTTP are answered with. */
  status = 200
  readonly #http: Server
  readonly #grpc: GrpcServer
  readonly #grpcPort: number

  private constructor(http: Server, grpc: GrpcServer, grpcPort: number) {
    this.#http = http
    this.#grpc = grpc
    this.#grpcPort = grpcPort
  }

  static async start(): Promise<SpanReceiver> {
    const http = createServer()
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    const grpc = new GrpcServer()
    const grpcPort = await new Promise<number>((resolve, reject) =>
      grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => (error === null ? resolve(port) : reject(error)))
    )
    const receiver = new SpanReceiver(http, grpc, grpcPort)
    grpc.addService(service, {
      Export: (call: { readonly request: Buffer }, done: (error: null, reply: Buffer) => void) => {
        receiver.spans.push(...spansIn(call.request))
        done(null, Buffer.alloc(0))
      }
    })
    http.on('request', (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        receiver.posts.push(`${request.url} ${request.headers['content-type']}`)
        const body = Buffer.concat(chunks)
        receiver.bodies.push(body)
        if (receiver.status === 200 && request.url === '/v1/traces') receiver.spans.push(...spansIn(body))
        response.writeHead(receiver.status, { 'content-type': 'application/x-protobuf' }).end()
      })
    })
    return receiver
  }

  /** For protocol `http/protobuf`; the path is the client's matter. */
  get httpEndpoint(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`
  }

  /** For protocol `grpc`. */
  get grpcEndpoint(): string {
    return `http://127.0.0.1:${this.#grpcPort}`
  }

  async close(): Promise<void> {
    this.#grpc.forceShutdown()
    this.#http.closeAllConnections()
    await new Promise((resolve) => this.#http.close(resolve))
  }
}
