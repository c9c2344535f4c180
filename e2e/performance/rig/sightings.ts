import type { KubeObject, Resource } from '@knative-ts/api'
import type { KubeClient } from '@knative-ts/kube'
import { epochMs } from '../../rig/epoch.ts'

export interface Sighting<T> {
  readonly object: T
  /** {@link epochMs} of the moment at which the watch brought it. */
  readonly atMs: number
}

/** Who waits for what of an object. */
interface Waiting<T> {
  readonly seen: (sighting: Sighting<T>) => boolean
  readonly fail: (error: unknown) => void
}

/** Everything that a watch of one kind in one namespace has brought, and when. */
export class Sightings<T extends KubeObject> {
  readonly all: Sighting<T>[] = []
  readonly #waiting = new Set<Waiting<T>>()
  readonly #over = new AbortController()
  #failure: { readonly error: unknown } | undefined

  /** Resolves when the watch has a place to begin at. A watch that breaks fails all who wait. */
  static async of<T extends KubeObject>(client: KubeClient, resource: Resource<T>, namespace: string): Promise<Sightings<T>> {
    const { resourceVersion } = await client.list<T>(resource, { namespace })
    const sightings = new Sightings<T>()
    void sightings.#follow(client, resource, namespace, resourceVersion).catch((error: unknown) => sightings.#fail(error))
    return sightings
  }

  /** The first sighting, from `fromMs` on, that `wanted` holds of. Rejects after `withinMs`. */
  async first(what: string, wanted: (object: T) => boolean, fromMs = 0, withinMs = 90_000): Promise<Sighting<T>> {
    if (this.#failure !== undefined) throw this.#failure.error
    const holds = ({ object, atMs }: Sighting<T>): boolean => atMs >= fromMs && wanted(object)
    const before = this.all.find(holds)
    if (before !== undefined) return before
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => waiting.fail(new Error(`${what}: not within ${withinMs} ms`)), withinMs)
      const waiting: Waiting<T> = {
        seen: (sighting) => {
          if (!holds(sighting)) return false
          clearTimeout(timer)
          resolve(sighting)
          return true
        },
        fail: (error) => {
          clearTimeout(timer)
          this.#waiting.delete(waiting)
          reject(error)
        }
      }
      this.#waiting.add(waiting)
    })
  }

  close(): void {
    this.#over.abort()
  }

  async #follow(client: KubeClient, resource: Resource<T>, namespace: string, resourceVersion: string): Promise<void> {
    const { signal } = this.#over
    let from = resourceVersion
    while (!signal.aborted) {
      for await (const event of client.watch<T>(resource, { namespace, resourceVersion: from, signal })) {
        from = event.type === 'BOOKMARK' ? event.resourceVersion : (event.object.metadata.resourceVersion ?? from)
        if (event.type === 'BOOKMARK' || event.type === 'DELETED') continue
        const sighting = { object: event.object, atMs: epochMs() }
        this.all.push(sighting)
        for (const waiting of this.#waiting) if (waiting.seen(sighting)) this.#waiting.delete(waiting)
      }
    }
  }

  #fail(error: unknown): void {
    if (this.#over.signal.aborted) return
    this.#failure = { error }
    for (const waiting of this.#waiting) waiting.fail(error)
  }
}
