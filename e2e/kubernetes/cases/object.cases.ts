/** Create, read and update of single objects: names, bodies, versions, generations, what may not change. */
import type { Case } from '../recorded-case.ts'
import { creations } from './object/creations.ts'
import { limits } from './object/limits.ts'
import { metadata } from './object/metadata.ts'
import { replacements } from './object/replacements.ts'

export const cases: readonly Case[] = [...creations, ...replacements, ...metadata, ...limits]
