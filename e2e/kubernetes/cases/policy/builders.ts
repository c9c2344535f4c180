/** What the cases of policy are made of. */
import type { Step } from '../../recorded-case.ts'
import { object } from '../builders.ts'

export const budget = (name: string, spec: object) => object('policy/v1 PodDisruptionBudget', name, { spec })

export const dry = (sent: NonNullable<Step['object']>): Step => ({ verb: 'create', object: sent, query: { dryRun: 'All' } })
