import { errorOf } from '@knative-ts/kube'
import { History } from './history.ts'
import type { Journal } from './journal.ts'
import type { LogRecord } from './log-record.ts'
import type { ObjectStore, StoreEvent, StoredObject, StoreKey, WriteDecision } from './object-store.ts'
import { patched, ResourceTable } from './resource-table.ts'
import { StoreError } from './store-error.ts'
import { StateMemory } from './state-memory.ts'
import { stateOf, StoredState } from './stored-state.ts'
import { Subscriptions } from './subscriptions.ts'

/** Writes that become durable together: everything decided while the batch before was being synced. */
interface Batch {
  readonly events: StoreEvent[]
  readonly waiting: { readonly settle: () => void; readonly refuse: (error: unknown) => void }[]
}

/** The newest state of a key whose write is not durable yet; `state` is undefined for a deletion. */
interface Pending {
  readonly batch: Batch
  readonly state: StoredObject | undefined
}

/** What a store starts with. `release` runs after the journal is closed. */
export interface DurableStoreOptions {
  readonly journal: Journal
  readonly history: History
  readonly revision: number
  readonly onFatal: (error: Error) => void
  readonly release: () => Promise<void>
}

/** Objects in memory, changes through the journal. See {@link ObjectStore} for the promises it keeps. */
export class DurableStore implements ObjectStore {
  readonly #journal: Journal
  readonly #history: History
  readonly #tables = new Map<string, ResourceTable>()
  readonly #memory = new StateMemory()
  readonly #subscriptions = new Subscriptions()
  readonly #pending = new Map<string, Pending>()
  readonly #options: DurableStoreOptions
  #durable: number
  #newest: number
  #failed = false
  #collecting: Batch | undefined
  #flushing: Promise<void> | undefined
  #closing: Promise<void> | undefined

  constructor(options: DurableStoreOptions) {
    this.#options = options
    this.#journal = options.journal
    this.#history = options.history
    this.#durable = options.revision
    this.#newest = options.revision
  }

  /** Takes over what was read from disk, before anybody else has the store. `recorded` adds it to the history. */
  restore(records: readonly LogRecord[], recorded: boolean): void {
    for (const { kind, state } of records) {
      const before = this.get(state.key)
      const event = eventOf(kind === 'delete' ? undefined : state, state, before)
      this.#tableOf(state.key.resource).apply(event)
      this.#keep(state)
      if (!recorded) continue
      this.#history.push(event)
      this.#durable = this.#newest = state.revision
    }
  }

  revision(): number {
    return this.#durable
  }

  oldestRevision(): number {
    return this.#history.oldest
  }

  get({ resource, namespace, name }: StoreKey): StoredObject | undefined {
    return this.#tables.get(resource)?.get(namespace, name)
  }

  list(resource: string, namespace?: string): readonly StoredObject[] {
    return this.#tables.get(resource)?.list(namespace) ?? []
  }

  listAt(revision: number, resource: string, namespace?: string): readonly StoredObject[] | undefined {
    if (revision < this.#history.oldest) return undefined
    const changed = this.#history.statesAt(revision, resource)
    if (changed.size === 0) return this.list(resource, namespace)
    return patched(this.list(resource), changed).filter(({ key }) => namespace === undefined || key.namespace === namespace)
  }

  subscribe(resource: string, since: number, listener: (events: readonly StoreEvent[]) => void): (() => void) | 'expired' {
    if (since < this.#history.oldest) return 'expired'
    return this.#subscriptions.add(resource, since, listener, () => this.#history.after(since, resource))
  }

  write(key: StoreKey, decide: (current: StoredObject | undefined, revision: number) => WriteDecision): Promise<StoredObject | undefined> {
    if (this.#closing) return Promise.reject(new StoreError('closed', 'the store is closed'))
    const id = `${key.resource} ${key.namespace}/${key.name}`
    const pending = this.#pending.get(id)
    const current = pending ? pending.state : this.get(key)
    let decision: WriteDecision
    try {
      decision = decide(current, this.#newest + 1)
    } catch (error) {
      return settled(pending?.batch, () => Promise.reject(error))
    }
    if (decision.kind === 'unchanged' || (decision.kind === 'delete' && current === undefined))
      return settled(pending?.batch, () => Promise.resolve(current))
    const written = decision.kind === 'put' ? decision.object : (decision.last ?? (current as StoredObject).object)
    // All states of an object share one key.
    const own = current?.key ?? { resource: key.resource, namespace: key.namespace, name: key.name }
    const outcome = stateOf(own, this.#newest + 1, written)
    this.#newest = outcome.revision
    const state = decision.kind === 'put' ? outcome : undefined
    const batch = (this.#collecting ??= { events: [], waiting: [] })
    batch.events.push(eventOf(state, outcome, current))
    this.#pending.set(id, { batch, state })
    this.#flushing ??= this.#flush()
    return settled(batch, () => Promise.resolve(outcome))
  }

  /** Runs while there is something to write: one append at a time, each with all that came meanwhile. */
  async #flush(): Promise<void> {
    while (this.#collecting) {
      // Everything that this turn of the event loop still wants to write goes into the same append.
      await new Promise((resolve) => setImmediate(resolve))
      const batch = this.#collecting
      this.#collecting = undefined
      try {
        await this.#journal.append(
          batch.events.map(({ type, current }) => ({ kind: type === 'DELETED' ? 'delete' : 'put', state: current }))
        )
      } catch (error) {
        this.#refuse(batch, error)
        continue
      }
      this.#commit(batch)
      await this.#compactIfDue()
    }
    this.#flushing = undefined
  }

  #commit(batch: Batch): void {
    for (const event of batch.events) {
      this.#tableOf(event.current.key.resource).apply(event)
      this.#keep(event.current)
      this.#history.push(event)
      this.#durable = event.revision
    }
    this.#forget(batch)
    for (const { settle } of batch.waiting) settle()
    this.#subscriptions.deliver(batch.events)
    for (const { current, before } of batch.events) {
      // Watchers with a selector have compared by now: what was replaced lives on in the history alone.
      if (before instanceof StoredState) before.forget()
      if (current instanceof StoredState) current.told()
    }
  }

  #keep(state: StoredObject): void {
    if (state instanceof StoredState) this.#memory.keep(state)
  }

  /** Nothing of the batch was kept; what was decided since then stood on it and falls with it. Their revisions are not used again. */
  #refuse(batch: Batch, error: unknown): void {
    const after = this.#collecting
    this.#collecting = undefined
    for (const one of after ? [batch, after] : [batch]) {
      this.#forget(one)
      for (const { refuse } of one.waiting) refuse(error)
    }
    if ((error instanceof StoreError && error.code === 'full') || this.#failed) return
    this.#failed = true
    this.#options.onFatal(errorOf(error))
  }

  #forget(batch: Batch): void {
    for (const { current } of batch.events) {
      const id = `${current.key.resource} ${current.key.namespace}/${current.key.name}`
      if (this.#pending.get(id)?.batch === batch) this.#pending.delete(id)
    }
  }

  async #compactIfDue(): Promise<void> {
    const tables = [...this.#tables.values()]
    if (!this.#journal.compactionDue(tables.reduce((sum, { size }) => sum + size, 0))) return
    await this.#journal.compact(
      this.#durable,
      // By revision, as they are packed: each block is opened once.
      tables.map((table) => table.list().toSorted((one, other) => one.revision - other.revision))
    )
  }

  #tableOf(resource: string): ResourceTable {
    const known = this.#tables.get(resource)
    if (known) return known
    const table = new ResourceTable()
    this.#tables.set(resource, table)
    return table
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#flushing
    this.#subscriptions.clear()
    await this.#journal.close()
    await this.#options.release()
  }
}

function eventOf(state: StoredObject | undefined, current: StoredObject, before: StoredObject | undefined): StoreEvent {
  const type = state === undefined ? 'DELETED' : before === undefined ? 'ADDED' : 'MODIFIED'
  return { type, revision: current.revision, current, ...(before && { before }) }
}

/** The answer to a write, given when what it rests on is durable; refused when that could not be written. */
function settled(batch: Batch | undefined, answer: () => Promise<StoredObject | undefined>): Promise<StoredObject | undefined> {
  if (batch === undefined) return answer()
  return new Promise((resolve, reject) => {
    batch.waiting.push({ settle: () => resolve(answer()), refuse: reject })
  })
}
