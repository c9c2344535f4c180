/** Subresources: status, scale, eviction, binding, tokens, logs and streams, debug containers, resizing, and their refusals. */
import type { Case } from '../recorded-case.ts'
import { actions } from './subresource/actions.ts'
import { statusAndScale } from './subresource/status-and-scale.ts'

export const cases: readonly Case[] = [...statusAndScale, ...actions]
