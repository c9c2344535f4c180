import { type CloudEvent, withAttributes } from '@knative-ts/eventing'
import { z } from 'zod'

/** `K_CE_OVERRIDES`: attributes that are added to each event, or replaced in it. */
export const overridesSchema = z.object({ extensions: z.record(z.string(), z.string()).nullish() })

export interface Overrides {
  readonly extensions?: Readonly<Record<string, string>> | null | undefined
}

/** The event with a source's overrides. */
export function overridden(event: CloudEvent, { extensions }: Overrides): CloudEvent {
  if (extensions === undefined || extensions === null) return event
  return withAttributes(event, Object.fromEntries(Object.entries(extensions).map(([name, value]) => [name.toLowerCase(), value])))
}
