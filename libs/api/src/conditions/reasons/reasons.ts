/** Every reason for which a condition of ours is False or Unknown: a closed list, from which docs/troubleshooting.md is made. */
import type { ConditionReason } from './condition-reason.ts'
export type { ConditionReason } from './condition-reason.ts'
import { channelReasons } from './channel-reasons.ts'
import { eventingReasons } from './eventing-reasons.ts'
import { internalReasons } from './internal-reasons.ts'
import { revisionReasons } from './revision-reasons.ts'
import { routeReasons } from './route-reasons.ts'
import { serviceReasons } from './service-reasons.ts'
import { sourceReasons } from './source-reasons.ts'

/** By kind, those that users write first. */
export const conditionReasons: readonly ConditionReason[] = [
  ...serviceReasons,
  ...revisionReasons,
  ...routeReasons,
  ...internalReasons,
  ...eventingReasons,
  ...channelReasons,
  ...sourceReasons
]

/** Whether a reason is on the list for a condition of that type, of whichever kind; numbers in it do not count. */
export const isListed = (condition: string, reason: string): boolean =>
  conditionReasons.some((row) => row.condition === condition && row.reason.replace('<n>', '') === reason.replace(/(?<=^ExitCode)\d+$/, ''))
