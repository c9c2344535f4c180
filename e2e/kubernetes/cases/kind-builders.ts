/** Cases of built-in kinds: what a server makes of an object that it is only asked about. */
import type { Case, Step } from '../recorded-case.ts'
import { container, pod } from './builders.ts'

type Json = Readonly<Record<string, unknown>>
type Sent = NonNullable<Step['object']>

const DRY = { dryRun: 'All' }

/** Each object by itself, without keeping it: no controller meets it, and one does not meet another. */
export const tried = (name: string, ...objects: readonly Sent[]): Case => ({
  name,
  pods: true,
  steps: objects.map((object): Step => ({ verb: 'create', object, query: DRY }))
})

/** What a change is compared by: controllers may have written status before it. */
const CHANGED = ['metadata.generation', 'metadata.labels', 'metadata.annotations', 'spec', 'endpoints', 'data', 'type']

/** An object that is kept, and changes that are only asked about: merge patches. */
export const changed = (name: string, object: Sent, ...patches: readonly Json[]): Case => {
  const of = `${object.apiVersion} ${object.kind} ${String(object.metadata?.['name'])}`
  const change = (patch: Json): Step => ({ verb: 'patch', of, patch, query: DRY, show: CHANGED })
  return { name, pods: true, steps: [{ verb: 'create', object, silent: true }, ...patches.map(change)] }
}

/** A pod of one container with these members. */
export const podOf = (name: string, rest: Json, spec: Json = {}) => pod(name, { containers: [container(rest)], ...spec })
