/** Protobuf, and the choice of formats: bodies, answers, watches, errors, discovery. */
import type { Case } from '../recorded-case.ts'
import { bodies } from './protobuf/bodies.ts'
import { choices } from './protobuf/choices.ts'
import { elsewhere } from './protobuf/elsewhere.ts'

export const cases: readonly Case[] = [...bodies, ...choices, ...elsewhere]
