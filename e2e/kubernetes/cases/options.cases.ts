/** Options of writes: who manages, what is checked, what is only tried; and managed fields as they come of updates. */
import type { Case } from '../recorded-case.ts'
import { dryRuns } from './options/dry-runs.ts'
import { managers } from './options/managers.ts'
import { queries } from './options/queries.ts'
import { validation } from './options/validation.ts'

export const cases: readonly Case[] = [...validation, ...dryRuns, ...managers, ...queries]
