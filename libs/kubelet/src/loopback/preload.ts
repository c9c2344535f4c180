/**
 * The Node hook of loopback mode: confines a program to its pod's address. Listeners on the wildcard or on localhost open on the pod's address;
 * connects to localhost go to the pod's address first and to the real one when nothing listens there; cluster names are asked of the node's DNS.
 * Where low ports cannot be opened, connects to those of Services go to where they are really served.
 * The function is written to a file as its own source text, so that it exists in a bundle too: it must not use anything but its arguments.
 */
import type dnsModule from 'node:dns'
import type netModule from 'node:net'

/** What the hook patches. */
export interface Patched {
  readonly net: typeof netModule
  readonly dns: typeof dnsModule
  readonly env: Readonly<Record<string, string | undefined>>
  readonly syncExports: () => void
}

/** Patches `net` and `dns` of this process; nothing where the environment names no pod address. */
export function confine({ net, dns, env, syncExports }: Patched): void {
  const address = env.KNATIVE_TS_POD_ADDRESS
  if (address === undefined) return
  const lowPortOffset = Number(env.KNATIVE_TS_LOW_PORT_OFFSET ?? 0)
  const isOwn = (host: unknown): boolean =>
    host === undefined || host === null || ['', '0.0.0.0', '::', 'localhost', '127.0.0.1', '::1'].includes(String(host))
  const isLocal = (host: unknown): boolean =>
    host === undefined || host === null || ['', 'localhost', '127.0.0.1', '::1'].includes(String(host))

  type Loose = (this: unknown, ...args: unknown[]) => unknown
  const server = net.Server.prototype as unknown as { listen: Loose }
  const listen = server.listen
  server.listen = function (...args) {
    const [first, second] = args
    if (first === undefined || first === null || typeof first === 'function')
      return listen.apply(this, [{ port: 0, host: address }, ...args.filter((each) => typeof each === 'function')])
    if (typeof first === 'object') {
      const options = first as Record<string, unknown>
      const isTcp = 'port' in options && options.path === undefined && options.fd === undefined
      return listen.apply(this, isTcp && isOwn(options.host) ? [{ ...options, host: address }, ...args.slice(1)] : args)
    }
    const isPort = typeof first === 'number' || /^\d+$/.test(String(first))
    if (!isPort) return listen.apply(this, args)
    if (typeof second === 'string') return listen.apply(this, isOwn(second) ? [first, address, ...args.slice(2)] : args)
    // (port, null, backlog): a host that was left out in the middle.
    return listen.apply(this, [first, address, ...args.slice(second === undefined || second === null ? 2 : 1)])
  }

  // Two candidates for one name: Node tries the second when the first refuses.
  const ownThenReal = (
    _host: string,
    _options: unknown,
    done: (error: null, found: { address: string; family: number }[]) => void
  ): void => {
    done(null, [
      { address, family: 4 },
      { address: '127.0.0.1', family: 4 }
    ])
  }
  const resolver = new dns.Resolver({ timeout: 2_000, tries: 1 })
  if (env.KNATIVE_TS_DNS !== undefined) resolver.setServers([env.KNATIVE_TS_DNS])
  const clusterName = (name: string): string | undefined => {
    if (net.isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost')) return undefined
    const plain = name.replace(/\.$/, '')
    const labels = plain.split('.').length
    if (plain.endsWith('.svc.cluster.local')) return plain
    if (plain.endsWith('.svc')) return `${plain}.cluster.local`
    if (labels === 1) return `${plain}.${env.KNATIVE_TS_NAMESPACE ?? 'default'}.svc.cluster.local`
    return labels === 2 ? `${plain}.svc.cluster.local` : undefined
  }

  const redirect = (options: Record<string, unknown>): Record<string, unknown> => {
    if (options.path !== undefined && options.path !== null && options.port === undefined) return options
    if (isLocal(options.host)) return { ...options, host: 'pod.localhost', lookup: ownThenReal, autoSelectFamily: true }
    const port = servedPort(options.host, options.port)
    return port === options.port ? options : { ...options, port }
  }
  const servedPort = (host: unknown, port: unknown): unknown => {
    const isService = /^127\.(9[6-9]|10[0-3])\./.test(String(host))
    return lowPortOffset > 0 && isService && Number(port) < 1024 ? Number(port) + lowPortOffset : port
  }
  // Connects once it is known whether a name is that of a Service: the port depends on it, and `net` takes the port before it looks up the name.
  const connectTo = (socket: object, options: Record<string, unknown>, go: (redirected: Record<string, unknown>) => unknown): unknown => {
    const { host, port } = options
    const name = lowPortOffset > 0 && Number(port) < 1024 && !isLocal(host) ? clusterName(String(host)) : undefined
    if (name === undefined) return go(redirect(options))
    const waiting = socket as { connecting: boolean; readonly destroyed: boolean }
    // What is written meanwhile waits for the connection.
    waiting.connecting = true
    resolver.resolve4(name, (_error, [found] = []) => {
      if (waiting.destroyed) return
      const served = found === undefined ? port : servedPort(found, port)
      // An address that is no Service's is found again, and a name that is none fails, as without this hook.
      go(served === port ? redirect(options) : { ...options, host: found, port: served })
    })
    return socket
  }
  const client = net.Socket.prototype as unknown as { connect: Loose }
  const connect = client.connect
  client.connect = function (...args) {
    const [first, second] = args
    if (Array.isArray(first)) {
      // net.connect hands over its arguments already put in order, marked by a symbol that must stay.
      return connectTo(this as object, first[0] as Record<string, unknown>, (redirected) => {
        first[0] = redirected
        return connect.apply(this, args)
      })
    }
    if (typeof first === 'object' && first !== null)
      return connectTo(this as object, first as Record<string, unknown>, (redirected) =>
        connect.apply(this, [redirected, ...args.slice(1)])
      )
    const isPort = typeof first === 'number' || /^\d+$/.test(String(first))
    if (!isPort) return connect.apply(this, args)
    const host = typeof second === 'string' ? second : undefined
    const callbacks = args.filter((each) => typeof each === 'function')
    return connectTo(this as object, { port: Number(first), host }, (redirected) => connect.apply(this, [redirected, ...callbacks]))
  }

  const lookup = dns.lookup as unknown as Loose
  type Done = (error: Error | null, found?: unknown, family?: number) => void
  const patched = function (this: unknown, ...args: unknown[]): unknown {
    const name = clusterName(String(args[0]))
    const done = args.at(-1) as Done
    const options = (typeof args[1] === 'object' && args[1] !== null ? args[1] : {}) as { all?: boolean }
    if (name === undefined || typeof done !== 'function') return lookup.apply(this, args)
    resolver.resolve4(name, (error, addresses) => {
      if (error !== null || addresses.length === 0) return void lookup.apply(this, args)
      if (options.all === true)
        done(
          null,
          addresses.map((found) => ({ address: found, family: 4 }))
        )
      else done(null, addresses[0], 4)
    })
    return undefined
  }
  ;(dns as { lookup: unknown }).lookup = patched
  ;(dns.promises as { lookup: unknown }).lookup = (name: string, options: object = {}) =>
    new Promise((resolve, reject) => {
      patched(name, options, (error: Error | null, found?: unknown, family?: number) => {
        if (error !== null) reject(error)
        else resolve((options as { all?: boolean }).all === true ? found : { address: found, family })
      })
    })
  syncExports()
}

/** The text of a module that confines the process that loads it (`node --import`). */
export function preloadSource(): string {
  return `import net from 'node:net'
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
const confine = ${confine.toString()}
confine({ net, dns, env: process.env, syncExports: syncBuiltinESMExports })
`
}
