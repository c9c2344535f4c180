import type { NetworkFacts } from '../network/network.ts'

/** The port at which a ClusterIP's port is really served: higher than asked where low ports cannot be opened (loopback mode, not root). */
export function bindingPort({ lowPortOffset }: NetworkFacts, port: number): number {
  return lowPortOffset !== undefined && port < 1024 ? port + lowPortOffset : port
}
