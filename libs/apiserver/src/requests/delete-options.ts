/** DeleteOptions from query and body. */
import { invalidOptions, invalidValue, plainFailure, unsupportedValue, type Cause } from '../http/errors.ts'
import { integerOf } from '../http/query.ts'

export interface DeleteOptions {
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  /** Seconds; negative means one. */
  readonly gracePeriodSeconds?: number
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
  readonly dryRun?: boolean
  /** What was given, for webhooks. */
  readonly given?: Readonly<Record<string, unknown>>
}

const POLICIES = ['Background', 'Foreground', 'Orphan']
interface Wire {
  readonly kind?: unknown
  readonly propagationPolicy?: unknown
  readonly orphanDependents?: unknown
  readonly gracePeriodSeconds?: unknown
  readonly preconditions?: { readonly uid?: unknown; readonly resourceVersion?: unknown } | null
  readonly dryRun?: unknown
}

/** `body` is the decoded body or undefined when there is none; it wins over the query. Throws 422, or 500 for what is no DeleteOptions. */
export function deleteOptionsOf(query: URLSearchParams, body: unknown): DeleteOptions {
  if (body !== undefined && (typeof body !== 'object' || body === null || Array.isArray(body))) throw notOptions('it is no object')
  const wire = (body ?? {}) as Wire
  if (wire.kind !== undefined && wire.kind !== 'DeleteOptions') throw notOptions(`no kind ${JSON.stringify(wire.kind)}`)
  const policy = wire.propagationPolicy ?? query.get('propagationPolicy') ?? undefined
  const orphan = wire.orphanDependents ?? (query.has('orphanDependents') ? query.get('orphanDependents') === 'true' : undefined)
  const grace = wire.gracePeriodSeconds ?? integerOf(query, 'gracePeriodSeconds')
  const causes: Cause[] = []
  if (policy !== undefined && orphan !== undefined) {
    causes.push(invalidValue('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set'))
  }
  if (policy !== undefined && !POLICIES.includes(String(policy)))
    causes.push(unsupportedValue('propagationPolicy', policy, ['Background', 'Foreground', 'Orphan', '']))
  const dryRun = [...query.getAll('dryRun'), ...(Array.isArray(wire.dryRun) ? wire.dryRun.map(String) : [])]
  if (dryRun.some((value) => value !== 'All')) causes.push(unsupportedValue('dryRun', dryRun, ['All']))
  if (causes.length > 0) throw invalidOptions('DeleteOptions', causes)
  if (grace !== undefined && !Number.isInteger(grace)) throw notOptions('gracePeriodSeconds is no whole number')
  const legacy = orphan === undefined ? undefined : orphan === true ? 'Orphan' : 'Background'
  const chosen = (policy ?? legacy) as DeleteOptions['propagationPolicy'] | undefined
  const { uid, resourceVersion } = wire.preconditions ?? {}
  return {
    ...(chosen === undefined ? {} : { propagationPolicy: chosen }),
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace as number }),
    preconditions: { ...(typeof uid === 'string' ? { uid } : {}), ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}) },
    dryRun: dryRun.length > 0,
    given: givenOf(wire, policy, orphan, grace, dryRun)
  }
}

function givenOf(
  wire: Wire,
  policy: unknown,
  orphan: unknown,
  grace: unknown,
  dryRun: readonly string[]
): Readonly<Record<string, unknown>> {
  const given = {
    gracePeriodSeconds: grace,
    preconditions: wire.preconditions,
    orphanDependents: orphan,
    propagationPolicy: policy,
    dryRun: dryRun.length > 0 ? dryRun : undefined
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null))
}

const notOptions = (why: string) => plainFailure(`the body is no DeleteOptions: ${why}`)
