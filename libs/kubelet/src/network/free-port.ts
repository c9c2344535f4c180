/** Ports that may be handed to somebody who binds them later. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'

/** Below the ports of node-port Services, above those of well-known servers. */
const first = 10_240
const last = 29_999

/**
 * A port that nothing listens on at `address` now. It lies outside of the range from which the kernel takes the ports of outgoing connections:
 * one of that range may be gone before its new owner has bound it. Rejects when a hundred of them are taken.
 */
export async function freePort(address = '127.0.0.1'): Promise<number> {
  const end = Math.max(first + 1_000, Math.min(last, firstEphemeral() - 1))
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = first + Math.floor(Math.random() * (end - first))
    if (await canListen(address, port)) return port
  }
  throw new Error(`no free port between ${first} and ${end} at ${address}`)
}

/** `count` different ones. */
export async function freePorts(count: number, address?: string): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) ports.add(await freePort(address))
  return [...ports]
}

function firstEphemeral(): number {
  try {
    return Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10)
  } catch {
    // Not Linux, whose default this is: others begin above it.
    return 32_768
  }
}

function canListen(host: string, port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
