import { credentials, type ChannelCredentials, type ChannelOptions } from '@grpc/grpc-js'
import { channelOptions } from './server.ts'

/** A client class as ts-proto generates it for grpc-js. */
export type GrpcClientClass<C> = new (address: string, credentials: ChannelCredentials, options?: ChannelOptions) => C

/** Makes a plain-text client with the shared channel options. Connects on the first call; `close()` it when done. */
export function dialGrpc<C>(client: GrpcClientClass<C>, address: string): C {
  return new client(address, credentials.createInsecure(), channelOptions)
}
