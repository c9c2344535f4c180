/** The one place that sets up grpc-js servers and clients: same limits, keep-alive and shutdown everywhere. */
import { Server, ServerCredentials, type ChannelOptions, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js'

/** One service and what implements it. */
export interface GrpcService {
  readonly definition: ServiceDefinition
  readonly implementation: UntypedServiceImplementation
}

/** A gRPC server that listens. `port` is the real one when 0 was asked for. */
export interface GrpcServer {
  readonly port: number
  /** Refuses new calls, waits up to `graceMs` for running ones, then cuts them. */
  close(graceMs: number): Promise<void>
}

/** Milliseconds between HTTP/2 pings on an idle stream, and how long an answer may take before the connection counts as dead. */
export const keepAlive = { intervalMs: 5_000, timeoutMs: 3_000 } as const

/** Ping settings shared by both sides: a peer that vanished without a FIN is noticed within 8 s. */
export const channelOptions: ChannelOptions = {
  'grpc.keepalive_time_ms': keepAlive.intervalMs,
  'grpc.keepalive_timeout_ms': keepAlive.timeoutMs,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.max_receive_message_length': 64 * 1024 * 1024,
  'grpc.initial_reconnect_backoff_ms': 50,
  'grpc.min_reconnect_backoff_ms': 50,
  'grpc.max_reconnect_backoff_ms': 2_000,
  'grpc.enable_http_proxy': 0
}

/** Starts a plain-text gRPC server on `host:port`. Rejects when the port is taken. */
export async function serveGrpc(
  services: readonly GrpcService[],
  at: { readonly host: string; readonly port: number }
): Promise<GrpcServer> {
  const server = new Server(channelOptions)
  for (const { definition, implementation } of services) server.addService(definition, implementation)
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${at.host}:${at.port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(new Error(`gRPC cannot listen on ${at.host}:${at.port}: ${error.message}`, { cause: error })) : resolve(bound)
    )
  })
  return { port, close: (graceMs) => closeServer(server, graceMs) }
}

function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => {
      server.forceShutdown()
      resolve()
    }, graceMs)
    server.tryShutdown(() => {
      clearTimeout(cut)
      resolve()
    })
  })
}
