/** What a journey runs on: a standalone of its own, or an installation on any cluster. The same for a journey, whichever it is. */
import { join } from 'node:path'
import { afterAll, beforeAll } from '@jest/globals'
import { connect, type ConnectedClient, loadClusterConfig } from '@knative-ts/kube'
import { changedSettings, type ChangedSettings } from './changed-settings.ts'
import { type GatewayAddress, secureAddress, thisMachine } from './gateway-address.ts'
import { namedInstallation } from './installation.ts'
import { type Load, type LoadOptions, startLoad } from './load.ts'
import { createNamespace, discardNamespace } from './own-namespace.ts'
import { root } from './root.ts'
import { gatewayClient, type GatewayClient } from './service-request.ts'
import { servingUser, type ServingUser } from './serving-user.ts'
import { startStandalone, type StandaloneProcess } from './standalone-process.ts'
import { type StoredImages, storeImages } from './stored-images.ts'

export interface Platform {
  readonly client: ConnectedClient
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string
  readonly gateway: GatewayAddress
  /** Where the gateway listens for HTTPS, for suites that have asked for that. */
  readonly secure: GatewayAddress
  /** The gateway as `host:port`. */
  readonly authority: string
  /** Of this suite alone; removed after it. */
  readonly namespace: string
  readonly user: ServingUser
  readonly http: GatewayClient
  /** Kept connections to a Service through the gateway, see {@link startLoad}; one that is not stopped ends with the suite. */
  load(options: Omit<LoadOptions, keyof GatewayAddress>): Load
  /** Sets keys of one of the platform's ConfigMaps; after the suite they are what they were. */
  configure(name: string, data: Readonly<Record<string, string>>): Promise<void>
  /** The standalone that was started for the suite; undefined on a named installation. */
  readonly standalone: StandaloneProcess | undefined
}

export interface PlatformOptions {
  /** The suite asks over HTTPS too: standalone opens a port for it. */
  readonly https?: boolean
  /** The suite is about Eventing too: standalone installs it. */
  readonly eventing?: boolean
  /** Archives of images with root filesystems, made in a directory that ends with the suite: standalone runs them under their names. */
  readonly archives?: (directory: string) => readonly string[]
}

/** Milliseconds for a platform to be there, and to be left. */
const beginMs = 180_000
const endMs = 180_000

/** The platform of a suite, there from its first hook to its last one. `suite` becomes part of the namespace's name; at most 30 letters, digits, `-`. */
export function usePlatform(suite: string, options: PlatformOptions = {}): Platform {
  let standalone: StandaloneProcess | undefined
  let client: ConnectedClient
  let http: GatewayClient
  let kubeconfig: string
  let gateway: GatewayAddress
  let secure: GatewayAddress | undefined
  let settings: ChangedSettings
  let namespace = ''
  let stored: StoredImages | undefined
  const loads: Load[] = []

  beforeAll(async () => {
    const named = namedInstallation()
    if (named === undefined) {
      const https = options.https === true ? ['--gateway-https-port', '0'] : []
      const parts = options.eventing === true ? ['--parts', 'serving,eventing'] : []
      if (options.archives !== undefined) stored = await storeImages(options.archives)
      standalone = await startStandalone({
        ...(stored === undefined ? {} : { data: stored.data }),
        args: ['--images', join(root, 'samples'), '--images', join(root, 'e2e/images'), ...https, ...parts]
      })
      client = standalone.client
      kubeconfig = standalone.kubeconfig
      gateway = { port: standalone.gatewayPort }
      if (standalone.httpsPort !== undefined) secure = { port: standalone.httpsPort }
    } else {
      kubeconfig = named.kubeconfig
      client = connect(await loadClusterConfig({ KUBECONFIG: kubeconfig }))
      gateway = { address: named.gateway.hostname, port: Number(named.gateway.port || 80) }
      if (options.https === true) secure = await secureAddress(client, gateway)
    }
    http = gatewayClient(gateway.port, 256, gateway.address)
    settings = changedSettings(client)
    namespace = await createNamespace(client, suite)
  }, beginMs)

  afterAll(async () => {
    for (const load of loads) await load.stop()
    http?.close()
    if (standalone !== undefined) {
      await standalone.stop()
      return stored?.discard()
    }
    await settings?.putBack()
    if (namespace !== '') await discardNamespace(client, namespace)
    client?.close()
  }, endMs)

  return {
    get client() {
      return client
    },
    get kubeconfig() {
      return kubeconfig
    },
    get gateway() {
      return gateway
    },
    get secure() {
      if (secure === undefined) throw new Error(`suite ${suite} asks for HTTPS: say so to usePlatform`)
      return secure
    },
    get authority() {
      return `${gateway.address ?? thisMachine}:${gateway.port}`
    },
    get namespace() {
      return namespace
    },
    get user() {
      return servingUser(client, namespace)
    },
    get http() {
      return http
    },
    get standalone() {
      return standalone
    },
    load: (options) => {
      const load = startLoad({ ...gateway, ...options })
      loads.push(load)
      return load
    },
    configure: (name, data) => settings.set(name, data)
  }
}
