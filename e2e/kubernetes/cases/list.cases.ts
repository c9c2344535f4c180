/** Collections: selectors, pages, versions, and the shapes that a client asks for. */
import type { Case } from '../recorded-case.ts'
import { pages } from './list/pages.ts'
import { selectors } from './list/selectors.ts'
import { shapes } from './list/shapes.ts'
import { versions } from './list/versions.ts'

export const cases: readonly Case[] = [...selectors, ...pages, ...versions, ...shapes]
