import type * as k8s from '@knative-ts/api/kubernetes'
import type { Network, NetworkFacts, PodName, Sandbox } from '../network/network.ts'
import { hostNameOf } from '../network/pod-files.ts'
import type { DockerEngine } from './docker-engine.ts'
import { HeldSandbox } from './held-sandbox.ts'

/** What it adds to a network. */
export interface DockerNetworkOptions {
  readonly engine: DockerEngine
  /** True for an image that no other source of the node has. */
  readonly runsInEngine: (image: string) => Promise<boolean>
}

/**
 * A network whose pods may have containers in a Docker engine. The namespaces of such a pod are those of a container that does nothing: an engine's containers
 * can join another container's, and no others. With network namespaces its wire is ours; in loopback mode it hangs on the engine's bridge with its ports
 * published at the pod's address.
 */
export class DockerNetwork implements Network {
  readonly #inner: Network
  readonly #options: DockerNetworkOptions

  constructor(inner: Network, options: DockerNetworkOptions) {
    this.#inner = inner
    this.#options = options
  }

  get facts(): NetworkFacts {
    return this.#inner.facts
  }

  async open(pod: PodName, object: k8s.Pod): Promise<Sandbox> {
    const containers = [...(object.spec?.initContainers ?? []), ...(object.spec?.containers ?? [])]
    const inEngine = await Promise.all(containers.map(({ image = '' }) => this.#options.runsInEngine(image)))
    if (!inEngine.includes(true)) return this.#inner.open(pod, object)
    const { engine } = this.#options
    if (this.facts.mode === 'netns') {
      const holder = await engine.hold(pod, hostNameOf(object))
      try {
        return new HeldSandbox(await this.#inner.open(pod, object, holder.pid), holder)
      } catch (error) {
        await holder.remove()
        throw error
      }
    }
    const sandbox = await this.#inner.open(pod, object)
    try {
      const ports = containers.flatMap(({ ports: own = [] }, index) =>
        inEngine[index] === true ? own.map(({ containerPort }) => containerPort) : []
      )
      return new HeldSandbox(sandbox, await engine.hold(pod, hostNameOf(object), { address: sandbox.address, ports }))
    } catch (error) {
      await sandbox.close()
      throw error
    }
  }

  close(): Promise<void> {
    return this.#inner.close()
  }
}
