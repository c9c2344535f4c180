/** What the cases of object are made of. */
import type { Step } from '../../recorded-case.ts'
import { object } from '../builders.ts'

export const UID = '11111111-1111-4111-8111-111111111111'

export const MAPS = '/api/v1/namespaces/$NS/configmaps'

export const made = (...objects: readonly ReturnType<typeof object>[]): Step[] =>
  objects.map((one) => ({ verb: 'create', object: one, silent: true }) as const)
