/** Rules in CEL (`x-kubernetes-validations`): what they see, what they say, and what is no rule. */
import type { Case } from '../recorded-case.ts'
import { definitions } from './cel/definitions.ts'
import { library } from './cel/library.ts'
import { refusals } from './cel/refusals.ts'
import { typedValues } from './cel/values.ts'

/** Rules whose definition a real server refuses as too costly, or for a function that it has not: their values tell nothing. */
const REFUSED = new Set([
  'refused with a made message',
  'nullable and unset',
  'strings',
  'library: lists',
  'library: quantities',
  'library: math and conversions',
  'library: base64'
])

export const cases: readonly Case[] = [...refusals, ...typedValues, ...library, ...definitions].filter(({ name }) => !REFUSED.has(name))
