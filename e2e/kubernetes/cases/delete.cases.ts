/** Deletion: preconditions, policies, finalizers, grace, collections. */
import type { Case } from '../recorded-case.ts'
import { conditions } from './delete/conditions.ts'
import { dependents } from './delete/dependents.ts'
import { heldObjects } from './delete/finalizers.ts'
import { kinds } from './delete/kinds.ts'
import { options } from './delete/options.ts'

export const cases: readonly Case[] = [...conditions, ...dependents, ...heldObjects, ...options, ...kinds]
