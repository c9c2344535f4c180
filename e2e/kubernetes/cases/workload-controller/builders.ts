/** What the cases of workload-controller are made of. */
import type { Step } from '../../recorded-case.ts'
import { container, podTemplate } from '../builders.ts'

export type Json = Readonly<Record<string, unknown>>

export const other = (app: string): Json => podTemplate(app, { containers: [container({ image: 'registry.example/app:v2' })] })

export const change = (of: string, spec: Json): Step => ({ verb: 'patch', of, patch: { spec }, silent: true })

export const gone = (of: string): Step => ({ verb: 'delete', of, options: { gracePeriodSeconds: 0 }, silent: true })
