import type { KubeObject, Resource } from '@knative-ts/api'
import type { WatchEvent, WatchOptions } from '@knative-ts/kube'
import { matcher, storageOf, type ObjectTable, type TableEvent } from './object-table.ts'
import { refusal } from './status.ts'

/** A watch that the test may break: `break` makes it throw, `end` close in good order. */
export interface OpenWatch {
  readonly resource: Resource
  break(error: Error): void
  end(): void
}

/** Events of one resource and selection after a version, with objects that enter the selection as ADDED and that leave as DELETED. */
export async function* tableWatch<T extends KubeObject>(
  table: ObjectTable,
  resource: Resource<T>,
  options: WatchOptions,
  open: Set<OpenWatch>
): AsyncGenerator<WatchEvent<T>> {
  if (options.signal.aborted) return
  const matches = matcher(options)
  const past = table.since(Number(options.resourceVersion))
  if (past === undefined)
    throw refusal('Expired', resource, { namespace: '', name: '' }, `too old resource version: ${options.resourceVersion}`)
  const waiting: TableEvent[] = []
  let wake: () => void = () => undefined
  let over: { readonly error?: Error } | undefined
  const push = (event: TableEvent): void => {
    if (event.storage !== storageOf(resource)) return
    waiting.push(event)
    wake()
  }
  const finish = (how: { readonly error?: Error }): void => {
    over ??= how
    wake()
  }
  const handle: OpenWatch = { resource, break: (error) => finish({ error }), end: () => finish({}) }
  for (const event of past) push(event)
  const leave = table.listen(push)
  const abort = (): void => finish({})
  options.signal.addEventListener('abort', abort, { once: true })
  open.add(handle)
  try {
    for (;;) {
      const event = waiting.shift()
      const seen = event === undefined ? undefined : seenThrough(event, matches)
      if (seen !== undefined) yield { type: seen, object: structuredClone(event?.object) as T }
      if (over?.error !== undefined) throw over.error
      if (over !== undefined) return
      if (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    leave()
    open.delete(handle)
    options.signal.removeEventListener('abort', abort)
  }
}

function seenThrough(event: TableEvent, matches: (object: KubeObject) => boolean): TableEvent['type'] | undefined {
  const before = event.before !== undefined && matches(event.before)
  const after = event.type !== 'DELETED' && matches(event.object)
  if (before) return after ? 'MODIFIED' : 'DELETED'
  return after ? 'ADDED' : undefined
}
