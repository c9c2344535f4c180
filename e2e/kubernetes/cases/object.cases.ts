/** Create, read, update and delete of single objects. */
import type { Case } from '../recorded-case.ts'
import { configMap } from './builders.ts'

export const cases: readonly Case[] = [
  {
    name: 'a created object is read back',
    steps: [
      { verb: 'create', object: configMap('one') },
      { verb: 'get', of: 'v1 ConfigMap one', show: 'all' }
    ]
  }
]
