/** Server-side apply: who owns what, conflicts, and what goes when its owner no longer says it. */
import type { Case } from '../recorded-case.ts'
import { histories } from './apply/histories.ts'
import { kinds } from './apply/kinds.ts'
import { lists } from './apply/lists.ts'
import { managers } from './apply/managers.ts'

export const cases: readonly Case[] = [...managers, ...histories, ...lists, ...kinds]
