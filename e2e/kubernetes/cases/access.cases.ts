/** Who may do what: RBAC, its messages, reviews, impersonation. */
import type { Case } from '../recorded-case.ts'
import { founding } from './access/founding.ts'
import { refusals } from './access/refusals.ts'
import { reviews } from './access/reviews.ts'
import { roles } from './access/roles.ts'

export const cases: readonly Case[] = [...roles, ...reviews, ...founding, ...refusals]
