/** What the cases of apply are made of. */
import type { Step } from '../../recorded-case.ts'
import { configMap, template } from '../builders.ts'

export type Given = NonNullable<Step['object']>

export const MAP = 'v1 ConfigMap one'

export const as = (fieldManager: string, given: Given, query: Step['query'] = {}): Step => ({
  verb: 'apply',
  object: given,
  query: { fieldManager, ...query },
  show: 'all'
})

export const forced = (fieldManager: string, given: Given): Step => as(fieldManager, given, { force: 'true' })

export const map = (data: object, metadata: object = {}): Given =>
  configMap('one', data as Readonly<Record<string, unknown>>, metadata as Readonly<Record<string, unknown>>)

export const text = (body: string, query: Step['query'] = {}): Step => ({
  verb: 'apply',
  of: MAP,
  text: body,
  query: query ?? {},
  show: 'all'
})

export const updated = (manager: string, patch: object, of = MAP): Step => ({
  verb: 'patch',
  of,
  patch,
  query: { fieldManager: manager },
  show: 'all'
})

export const containers = (...all: readonly object[]) => template('one', { containers: all })
