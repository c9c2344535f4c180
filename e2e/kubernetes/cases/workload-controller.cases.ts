/** What becomes of Deployments, ReplicaSets, StatefulSets and DaemonSets: pods, revisions, counts, conditions, events. */
import type { Case } from '../recorded-case.ts'
import { daemonSets } from './workload-controller/daemon-sets.ts'
import { deployments } from './workload-controller/deployments.ts'
import { sets } from './workload-controller/replica-sets.ts'
import { statefulSets } from './workload-controller/stateful-sets.ts'

export const cases: readonly Case[] = [...deployments, ...sets, ...statefulSets, ...daemonSets]
