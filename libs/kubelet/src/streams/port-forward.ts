import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import type { PodName, Sandbox } from '../network/network.ts'
import { connectInside } from './connect-inside.ts'

/** Connects to a port of a pod: at its address, and where nothing listens there at its localhost. Rejects with what a kubelet with containerd says. */
export async function connectTo(pod: PodName, sandbox: Sandbox, port: number): Promise<Duplex> {
  const at = sandbox.reach(port)
  const socket = connect({ host: at.host, port: at.port, allowHalfOpen: true })
  try {
    await once(socket, 'connect')
    return socket
  } catch (error) {
    socket.destroy()
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'ECONNREFUSED') throw new Error(refusal(pod, port, message), { cause: error })
    const inside = sandbox.networkPid === undefined ? undefined : await connectInside(sandbox.networkPid, port)
    if (inside !== undefined) return inside
    throw new Error(refusal(pod, port, 'connect: connection refused'), { cause: error })
  }
}

function refusal({ uid, name, namespace }: PodName, port: number, why: string): string {
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
  const id = hash(`${uid}/${namespace}/${name}`)
  const space = `/var/run/netns/cni-${hash(uid).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')}`
  const inside = `failed to connect to localhost:${port} inside namespace "${id}", IPv4: dial tcp4 127.0.0.1:${port}: ${why} IPv6 dial tcp6: address localhost: no suitable address found `
  return `error forwarding port ${port} to pod ${id}, uid : failed to execute portforward in network namespace "${space}": ${inside}`
}
