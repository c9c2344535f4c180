/** Watches: where they begin, what enters and leaves them, their shapes and ends. */
import type { Case } from '../recorded-case.ts'
import { beginnings } from './watch/beginnings.ts'
import { ends } from './watch/ends.ts'
import { selections } from './watch/selections.ts'
import { shapes } from './watch/shapes.ts'

export const cases: readonly Case[] = [...beginnings, ...selections, ...shapes, ...ends]
