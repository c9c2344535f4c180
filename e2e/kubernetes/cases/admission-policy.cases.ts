/** ValidatingAdmissionPolicy: what is refused, warned of, and told of the policy itself. */
import type { Case } from '../recorded-case.ts'
import { actions } from './admission-policy/actions.ts'
import { expressions } from './admission-policy/expressions.ts'
import { matching } from './admission-policy/matching.ts'
import { params } from './admission-policy/params.ts'
import { refusals } from './admission-policy/refusals.ts'
import { types } from './admission-policy/types.ts'

export const cases: readonly Case[] = [...expressions, ...matching, ...actions, ...params, ...types, ...refusals]
