import { z } from 'zod'
import { int64, stringMap } from '../schema/wire.ts'

/** A word of a closed list that the server does not check: other controllers may write statuses too. */
const word = <T extends string>(description: string) => z.custom<T>().meta({ type: 'string', description })

/** One observed fact about an object (Knative's duck type: `severity` is '' or absent for facts that decide readiness). */
export const conditionSchema = z.object({
  type: z.string().describe('Type of condition.'),
  status: word<'True' | 'False' | 'Unknown'>('Status of the condition, one of True, False, Unknown.'),
  severity: word<'' | 'Warning' | 'Info'>(
    'How failures of this type are to be treated: empty decides readiness, Info does not.'
  ).exactOptional(),
  lastTransitionTime: z.string().exactOptional().describe('The last time the condition changed.'),
  reason: z.string().exactOptional().describe('One word for why the condition has its status.'),
  message: z.string().exactOptional().describe('A sentence for people about the status.')
})

/** What every status of ours carries. */
export const statusSchema = z.object({
  observedGeneration: int64().exactOptional().describe('The generation that was last processed by the controller.'),
  conditions: z.array(conditionSchema).exactOptional().describe('The latest observations, sorted by type.'),
  annotations: stringMap().exactOptional().describe('Further status for people and tools.')
})

/** One observed fact, as stored. */
export type Condition = z.infer<typeof conditionSchema>
/** The part that all statuses share. */
export type Status = z.infer<typeof statusSchema>
