/** What the cases of watch are made of. */
import type { Step } from '../../recorded-case.ts'
import { lease } from '../builders.ts'

export const LEASES = 'coordination.k8s.io/v1 Lease'

export const QUIET = { within: 4000, quiet: 150 }

export const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io'

export const PARTIAL = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io'

export const made = (name: string, labels: object = {}): Step => ({ verb: 'create', object: lease(name, {}, { labels }), silent: true })

export const patched = (name: string, patch: object): Step => ({ verb: 'patch', of: `${LEASES} ${name}`, patch, silent: true })

export const gone = (name: string): Step => ({ verb: 'delete', of: `${LEASES} ${name}`, silent: true })

export const watched = (query: Step['query'], events: number, steps: readonly Step[] = [], rest: Partial<Step> = {}): Step => ({
  verb: 'watch',
  of: LEASES,
  query: query ?? {},
  events,
  steps,
  ...QUIET,
  ...rest
})

/** Answers that end by themselves, or are no watch at all. */
export const answered = (query: Step['query'], rest: Partial<Step> = {}): Step => ({
  verb: 'watch',
  of: LEASES,
  query: { timeoutSeconds: '1', ...query },
  events: 0,
  quiet: 100,
  within: 100,
  ...rest
})

export const captured: Step = { verb: 'list', of: LEASES, capture: { version: 'metadata.resourceVersion' }, silent: true }
