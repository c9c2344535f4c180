/** What controllers make of budgets, quotas, volumes and the endpoints of Services. */
import type { Case } from '../recorded-case.ts'
import { budgets } from './policy-controller/budgets.ts'
import { endpoints } from './policy-controller/endpoints.ts'
import { ephemeral } from './policy-controller/ephemeral.ts'
import { quotas } from './policy-controller/quotas.ts'
import { storage } from './policy-controller/storage.ts'

export const cases: readonly Case[] = [...budgets, ...quotas, ...storage, ...ephemeral, ...endpoints]
