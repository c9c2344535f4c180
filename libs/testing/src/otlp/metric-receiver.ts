import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server as GrpcServer, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js'
import { pointsIn, type ReceivedPoint } from './metric-message.ts'

const identity = (bytes: Buffer): Buffer => bytes
const service: ServiceDefinition = {
  Export: {
    path: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
    requestStream: false,
    responseStream: false,
    requestSerialize: identity,
    requestDeserialize: identity,
    responseSerialize: identity,
    responseDeserialize: identity
  }
}

/** A collector of metrics on loopback that keeps what it gets, by OTLP over HTTP and over gRPC. */
export class MetricReceiver {
  /** All data points, by the export that brought them. */
  readonly exports: { readonly by: 'http' | 'grpc'; readonly path: string; readonly points: readonly ReceivedPoint[] }[] = []
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

  static async start(): Promise<MetricReceiver> {
    const http = createServer()
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    const grpc = new GrpcServer()
    const grpcPort = await new Promise<number>((resolve, reject) =>
      grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => (error === null ? resolve(port) : reject(error)))
    )
    const receiver = new MetricReceiver(http, grpc, grpcPort)
    grpc.addService(service, {
      Export: (call: { readonly request: Buffer; getPath(): string }, done: (error: null, reply: Buffer) => void) => {
        receiver.exports.push({ by: 'grpc', path: call.getPath(), points: pointsIn(call.request) })
        done(null, Buffer.alloc(0))
      }
    })
    http.on('request', (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        if (receiver.status === 200) {
          receiver.exports.push({ by: 'http', path: request.url ?? '', points: pointsIn(Buffer.concat(chunks)) })
        }
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
