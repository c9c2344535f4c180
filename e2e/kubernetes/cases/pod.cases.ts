/** Pods: what the server fills in, refuses and warns of. */
import type { Case } from '../recorded-case.ts'
import { containerRules } from './pod/container-rules.ts'
import { containers } from './pod/containers.ts'
import { podRules } from './pod/pod-rules.ts'
import { volumes } from './pod/volumes.ts'

export const cases: readonly Case[] = [...containers, ...volumes, ...containerRules, ...podRules]
