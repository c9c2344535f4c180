/** JSON, merge and strategic patches: what they do, and how they are refused. */
import type { Case } from '../recorded-case.ts'
import { allTypes } from './patch/all-types.ts'
import { jsonOperations } from './patch/operations.ts'
import { strategicPatches } from './patch/strategic.ts'

export const cases: readonly Case[] = [...jsonOperations, ...allTypes, ...strategicPatches]
