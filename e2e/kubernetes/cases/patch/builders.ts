/** What the cases of patch are made of. */
import type { Case, Step } from '../../recorded-case.ts'
import { configMap } from '../builders.ts'

export const MAP = 'v1 ConfigMap one'

export const map: Step = {
  verb: 'create',
  object: configMap('one', { a: '1', b: '2' }, { labels: { x: 'y' }, annotations: { 'a/b': 'c' } }),
  silent: true
}

export const each = (name: string, steps: readonly Step[]): Case => ({ name, steps: [map, ...steps] })
