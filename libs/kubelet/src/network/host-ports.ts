/**
 * `hostPort`: sockets on the host that belong to the agent, not to a container. In Node, a listening `net.Server` also accepts, and nothing can stop
 * it; but a handle that is only *bound* (`net._createServerHandle`, which node:cluster itself uses) can be inherited through `stdio`, and the
 * container's `listen({ fd: 3 })` makes the shared socket listen. It goes on listening when the container dies, because this process still holds it:
 * connects queue in the backlog until the next container accepts them. The descriptor passes through nsenter and sh, which leave it alone.
 */
import type * as k8s from '@knative-ts/api/kubernetes'
import net from 'node:net'
import { constants } from 'node:os'
import { errorText } from '@knative-ts/kube'
import { Forwarder } from '../service/forwarder.ts'
import type { Sandbox } from './network.ts'

/** Another program has the port. */
export class HostPortTaken extends Error {}

interface BoundHandle {
  readonly fd: number
  getsockname(out: { port?: number }): number
  close(): void
}
type CreateServerHandle = (address: string, port: number, family: number) => BoundHandle | number

interface Open {
  readonly users: Set<string>
  readonly handle?: BoundHandle
  readonly forwarder?: Forwarder
  closing?: NodeJS.Timeout
}

/** A port stays open this long after its last pod, so that a pod that is replaced leaves no gap. ms. */
const lingerMs = 10_000

export class HostPorts {
  readonly #open = new Map<string, Open>()

  /** Opens a port for a pod, or joins the pods that have it. Gives the descriptor to inherit; undefined when a forwarder serves the port. */
  async open(uid: string, port: k8s.ContainerPort, inherits: boolean, sandbox: Sandbox): Promise<number | undefined> {
    const address = port.hostIP === undefined || port.hostIP === '' ? '0.0.0.0' : port.hostIP
    const key = `${address}:${port.hostPort}/${inherits ? 'inherited' : uid}`
    const found = this.#open.get(key) ?? (inherits ? inherit(address, port) : await forward(address, port, sandbox))
    clearTimeout(found.closing)
    found.users.add(uid)
    this.#open.set(key, found)
    return found.handle?.fd
  }

  /** The pod is gone. */
  release(uid: string): void {
    for (const [key, open] of this.#open) {
      if (!open.users.delete(uid) || open.users.size > 0) continue
      open.closing = setTimeout(() => this.#close(key, open), open.handle === undefined ? 0 : lingerMs).unref()
    }
  }

  close(): void {
    for (const [key, open] of this.#open) this.#close(key, open)
  }

  #close(key: string, open: Open): void {
    clearTimeout(open.closing)
    this.#open.delete(key)
    open.handle?.close()
    open.forwarder?.close()
  }
}

function taken(address: string, port: k8s.ContainerPort, why: string): HostPortTaken {
  return new HostPortTaken(
    `host port ${address}:${port.hostPort} cannot be opened (${why}): stop the program that has it (\`ss -ltnp\` names it) or choose another port`
  )
}

function inherit(address: string, port: k8s.ContainerPort): Open {
  const create = (net as unknown as { _createServerHandle: CreateServerHandle })._createServerHandle
  const handle = create(address, port.hostPort as number, address.includes(':') ? 6 : 4)
  if (typeof handle === 'number') throw taken(address, port, reasonOf(handle))
  // libuv keeps EADDRINUSE to itself until somebody listens, and hands out a socket that is not bound.
  const bound: { port?: number } = {}
  const error = handle.getsockname(bound)
  if (error !== 0 || bound.port !== port.hostPort) {
    handle.close()
    throw taken(address, port, reasonOf(error === 0 ? -constants.errno.EADDRINUSE : error))
  }
  return { users: new Set(), handle }
}

function reasonOf(error: number): string {
  if (error === -constants.errno.EADDRINUSE) return 'address already in use'
  return error === -constants.errno.EACCES ? 'permission denied' : `error ${error}`
}

async function forward(address: string, port: k8s.ContainerPort, sandbox: Sandbox): Promise<Open> {
  const forwarder = new Forwarder(() => sandbox.reach(port.containerPort))
  try {
    await forwarder.listen(address, port.hostPort as number)
  } catch (error) {
    throw taken(address, port, (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'address already in use' : errorText(error))
  }
  return { users: new Set(), forwarder }
}
