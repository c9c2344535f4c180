/** Budgets, network policies, quotas, limits, priorities, runtimes, leases, events, namespaces, nodes: rules and what pods meet. */
import type { Case } from '../recorded-case.ts'
import { amounts } from './policy/amounts.ts'
import { budgets } from './policy/budgets.ts'
import { classes } from './policy/classes.ts'
import { records } from './policy/records.ts'

export const cases: readonly Case[] = [...budgets, ...amounts, ...classes, ...records]
