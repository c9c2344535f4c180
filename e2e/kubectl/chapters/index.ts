import type { Chapter } from '../line.ts'
import { access } from './access.ts'
import { apply } from './apply.ts'
import { create } from './create.ts'
import { custom } from './custom.ts'
import { discovery } from './discovery.ts'
import { nodes } from './nodes.ts'
import { objects } from './objects.ts'
import { pods } from './pods.ts'
import { removal } from './removal.ts'
import { rollout } from './rollout.ts'
import { streams } from './streams.ts'
import { workloads } from './workloads.ts'

/** The longest first: they are played at the same time. */
export const chapters: readonly Chapter[] = [
  rollout,
  pods,
  streams,
  workloads,
  removal,
  apply,
  objects,
  create,
  custom,
  access,
  discovery,
  nodes
]
