import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js'

/** One export, as it came. */
export interface Received {
  readonly by: 'http' | 'grpc'
  /** Of the URL, or of the method. */
  readonly path: string
  /** Only over HTTP. */
  readonly contentType?: string | undefined
  /** Protobuf. */
  readonly body: Buffer
  /** Status that it is answered with; by gRPC always 200, which stands for OK. */
  readonly status: number
}

const identity = (bytes: Buffer): Buffer => bytes

/** A collector on loopback, by OTLP over HTTP and over gRPC; what it keeps is for those who extend it to say. */
export abstract class OtlpReceiver {
  /** Status that requests over HTTP are answered with. */
  status = 200
  readonly #http: Server = createServer()
  readonly #grpc = new GrpcServer()
  #grpcPort = 0

  /** Called with each export, before it is answered. */
  protected abstract take(received: Received): void

  /** Listens; `method` is the path of the gRPC service's Export. */
  protected async listen(method: string): Promise<void> {
    this.#http.on('request', (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const { status } = this
        this.take({
          by: 'http',
          path: request.url ?? '',
          contentType: request.headers['content-type'],
          body: Buffer.concat(chunks),
          status
        })
        response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end()
      })
    })
    const serialization = {
      requestSerialize: identity,
      requestDeserialize: identity,
      responseSerialize: identity,
      responseDeserialize: identity
    }
    this.#grpc.addService(
      { Export: { path: method, requestStream: false, responseStream: false, ...serialization } },
      {
        Export: (call: { readonly request: Buffer; getPath(): string }, done: (error: null, reply: Buffer) => void) => {
          this.take({ by: 'grpc', path: call.getPath(), body: call.request, status: 200 })
          done(null, Buffer.alloc(0))
        }
      }
    )
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve))
    this.#grpcPort = await new Promise<number>((resolve, reject) =>
      this.#grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error)
      )
    )
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
