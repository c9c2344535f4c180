import { keyOf, type KubeObject, type ObjectKey, type Resource } from '@knative-ts/api'
import type { JsonPatchOperation, KubeClient, Patch } from '@knative-ts/kube'
import { FakeClient } from './fake-client.ts'
import { Faults, type Fault, type Verb } from './faults.ts'
import { ObjectTable } from './object-table.ts'
import { resourceOf } from './resources.ts'
import type { OpenWatch } from './table-watch.ts'

/** One write that was asked for, refused ones and ones without effect included, in order. */
export interface Write {
  readonly verb: Exclude<Verb, 'get' | 'list' | 'watch'>
  readonly resource: Resource
  readonly key: ObjectKey
  readonly subresource?: string
  /** What was sent: the object, or the body or operations of a patch. */
  readonly body?: KubeObject | Patch['type'] | readonly JsonPatchOperation[] | unknown
  /** False when it was refused or changed nothing. */
  readonly effective: boolean
}

export interface FakeClusterOptions {
  /** What exists from the start; uid, times, version and generation are filled in where missing. */
  readonly objects?: readonly KubeObject[]
  /** Resources that neither our API nor Kubernetes' own knows. */
  readonly resources?: readonly Resource[]
  /** Delete what a deleted object owned. Default false. */
  readonly garbageCollection?: boolean
  /** Milliseconds since the epoch for the times that the server writes. Default: 2030-01-01, always. */
  readonly now?: () => number
}

/** An in-memory API server behind a KubeClient, with its state and its history open to the test. */
export interface FakeCluster {
  readonly client: KubeClient
  /** Writes since the start or the last `forgetWrites`. */
  readonly writes: readonly Write[]
  forgetWrites(): void
  /** Puts an object as it is, status included, past all rules; not among `writes`. */
  put<T extends KubeObject>(object: T): T
  /** Removes an object whatever its finalizers; not among `writes`. */
  remove(object: KubeObject): void
  /** A copy of the object's state, or undefined. */
  find<T extends KubeObject>(resource: Resource<T>, key: ObjectKey | string): T | undefined
  /** Copies of all objects of a resource, sorted by namespace and name. */
  all<T extends KubeObject>(resource: Resource<T>): T[]
  fail(fault: Fault): void
  /** Watches that are open now. */
  readonly watches: ReadonlySet<OpenWatch>
  /** Watches from older versions get 410 from now on. */
  forgetHistory(): void
}

/**
 * A fake cluster: versions, conflicts, generations, the split of spec and status, finalizers, graceful deletion of scheduled pods,
 * selectors, watches, faults. It does not validate, default (but `generation` and times) or authorise.
 */
export function fakeCluster(options: FakeClusterOptions = {}): FakeCluster {
  const table = new ObjectTable()
  const faults = new Faults()
  const writes: Write[] = []
  const watches = new Set<OpenWatch>()
  const client = new FakeClient({
    table,
    faults,
    watches,
    writes,
    garbageCollection: options.garbageCollection === true,
    now: options.now ?? (() => Date.UTC(2030, 0, 1))
  })
  const resource = (object: KubeObject): Resource => resourceOf(object, options.resources ?? [])
  const cluster: FakeCluster = {
    client,
    writes,
    forgetWrites: () => void writes.splice(0),
    put: <T extends KubeObject>(object: T) => structuredClone(table.put(resource(object), client.stamped(structuredClone(object)))) as T,
    remove: (object) => table.remove(resource(object), keyOf(object)),
    find: <T extends KubeObject>(of: Resource<T>, key: ObjectKey | string) => structuredClone(table.get(of, keyFrom(key))) as T | undefined,
    all: <T extends KubeObject>(of: Resource<T>) => structuredClone(table.select(of, {})) as T[],
    fail: (fault) => faults.add(fault),
    watches,
    forgetHistory: () => table.forgetHistory()
  }
  for (const object of options.objects ?? []) cluster.put(object)
  return cluster
}

function keyFrom(key: ObjectKey | string): ObjectKey {
  if (typeof key !== 'string') return key
  const [first = '', second] = key.split('/')
  return second === undefined ? { namespace: '', name: first } : { namespace: first, name: second }
}
