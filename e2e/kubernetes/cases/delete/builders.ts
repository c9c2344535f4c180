/** What the cases of delete are made of. */
import type { Case, Step } from '../../recorded-case.ts'
import { configMap } from '../builders.ts'

export const UID = '11111111-1111-4111-8111-111111111111'

export const MAP = 'v1 ConfigMap one'

export const map = (metadata: Readonly<Record<string, unknown>> = {}): Step => ({
  verb: 'create',
  object: configMap('one', { a: 'b' }, metadata),
  silent: true,
  capture: { uid: 'metadata.uid', version: 'metadata.resourceVersion' }
})

export const gone = (options: unknown, query: Step['query'] = {}): Step => ({ verb: 'delete', of: MAP, options, query: query ?? {} })

export const held = map({ finalizers: ['example.com/x'] })

export const read: Step = {
  verb: 'get',
  of: MAP,
  show: ['metadata.finalizers', 'metadata.deletionTimestamp', 'metadata.deletionGracePeriodSeconds', 'metadata.generation']
}

export const each = (name: string, ...steps: readonly Step[]): Case => ({ name, steps: [map(), ...steps] })
