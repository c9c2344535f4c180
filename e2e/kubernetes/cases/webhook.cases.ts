/** Admission webhooks: who is asked, what they are asked, and what becomes of what they answer. */
import type { Case } from '../recorded-case.ts'
import { answers } from './webhook/answers.ts'
import { configurations } from './webhook/configurations.ts'
import { matching } from './webhook/matching.ts'
import { patches } from './webhook/patches.ts'
import { reviews } from './webhook/reviews.ts'
import { verdicts } from './webhook/verdicts.ts'

export const cases: readonly Case[] = [...reviews, ...verdicts, ...answers, ...patches, ...matching, ...configurations]
