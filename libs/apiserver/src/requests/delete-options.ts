/** DeleteOptions from a query or a body: a body, when there is one, is all that counts. */
import { invalidOptions, invalidValue, plainFailure, unsupportedValue, type Cause } from '../http/errors.ts'
import { booleanOf, integerOf } from '../http/query.ts'
import { goJsonKind } from '../schema/go-text.ts'
import { isObject } from '../schema/json.ts'

export interface DeleteOptions {
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  /** Seconds; negative means one. */
  readonly gracePeriodSeconds?: number
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
  readonly dryRun?: boolean
  /** What was given, for webhooks. */
  readonly given?: Readonly<Record<string, unknown>>
}

const POLICIES = ['Foreground', 'Background', 'Orphan']

/** What was said, by whichever way. */
interface Said {
  readonly policy?: string
  readonly orphan?: boolean
  readonly grace?: number
  readonly dryRun: readonly string[]
  readonly uid?: string
  readonly resourceVersion?: string
}

/** `body` is the decoded body or undefined when there is none. Throws 400, 422, or 500 for a body that is no DeleteOptions. */
export function deleteOptionsOf(query: URLSearchParams, body: unknown): DeleteOptions {
  const said = body === undefined ? saidIn(query) : saidBy(body)
  const { policy, orphan, grace, dryRun, uid, resourceVersion } = said
  const causes: Cause[] = []
  if (policy !== undefined && orphan !== undefined) {
    causes.push(invalidValue('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set'))
  }
  if (policy !== undefined && !POLICIES.includes(policy)) {
    causes.push(unsupportedValue('propagationPolicy', policy, [...POLICIES, 'nil']))
  }
  if (dryRun.some((value) => value !== 'All')) causes.push(unsupportedValue('dryRun', dryRun, ['All']))
  if (causes.length > 0) throw invalidOptions('DeleteOptions', causes)
  const legacy = orphan === undefined ? undefined : orphan ? 'Orphan' : 'Background'
  const chosen = (policy ?? legacy) as DeleteOptions['propagationPolicy'] | undefined
  return {
    ...(chosen === undefined ? {} : { propagationPolicy: chosen }),
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
    preconditions: { ...(uid === undefined ? {} : { uid }), ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    dryRun: dryRun.length > 0,
    given: givenOf(said)
  }
}

function givenOf({ policy, orphan, grace, dryRun, uid, resourceVersion }: Said): Readonly<Record<string, unknown>> {
  const preconditions = { ...(uid === undefined ? {} : { uid }), ...(resourceVersion === undefined ? {} : { resourceVersion }) }
  const given = {
    gracePeriodSeconds: grace,
    preconditions: Object.keys(preconditions).length > 0 ? preconditions : undefined,
    orphanDependents: orphan,
    propagationPolicy: policy,
    dryRun: dryRun.length > 0 ? dryRun : undefined
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

function saidIn(query: URLSearchParams): Said {
  const policy = query.get('propagationPolicy')
  const grace = integerOf(query, 'gracePeriodSeconds')
  // A version in the query of a deletion is a precondition, and no hint of what to list.
  const uid = query.get('uid')
  const resourceVersion = query.get('resourceVersion')
  return {
    ...(policy === null ? {} : { policy }),
    ...(query.has('orphanDependents') ? { orphan: booleanOf(query, 'orphanDependents') } : {}),
    ...(grace === undefined ? {} : { grace }),
    dryRun: query.getAll('dryRun'),
    ...(uid ? { uid } : {}),
    ...(resourceVersion ? { resourceVersion } : {})
  }
}

type Kind = 'string' | 'boolean' | 'number' | 'object' | 'array'

function saidBy(body: unknown): Said {
  const wire = body === null ? {} : body
  if (!isObject(wire)) {
    const into = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`
    throw plainFailure(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${goJsonKind(wire)} into Go value of type ${into}`
    )
  }
  const { kind = '', apiVersion = '' } = wire
  if (kind !== '' && kind !== 'DeleteOptions') {
    const known = apiVersion === '' ? 'meta.k8s.io/v1' : String(apiVersion)
    throw plainFailure(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(known)} in scheme "pkg/runtime/scheme.go:110"`
    )
  }
  const policy = member(wire, 'propagationPolicy', 'string', 'v1.DeletionPropagation')
  const orphan = member(wire, 'orphanDependents', 'boolean', 'bool')
  const grace = member(wire, 'gracePeriodSeconds', 'number', 'int64')
  const dryRun = member(wire, 'dryRun', 'array', '[]string')
  const preconditions = member(wire, 'preconditions', 'object', 'v1.Preconditions') ?? {}
  const uid = member(preconditions, 'uid', 'string', 'types.UID', 'preconditions.')
  const resourceVersion = member(preconditions, 'resourceVersion', 'string', 'string', 'preconditions.')
  return {
    ...(policy === undefined ? {} : { policy }),
    ...(orphan === undefined ? {} : { orphan }),
    ...(grace === undefined ? {} : { grace }),
    dryRun: (dryRun ?? []).map(String),
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion })
  }
}

interface Members {
  readonly string: string
  readonly boolean: boolean
  readonly number: number
  readonly object: Readonly<Record<string, unknown>>
  readonly array: readonly unknown[]
}

/** A member of the type that Go decodes into; null is as good as absent. */
function member<K extends Kind>(
  from: Readonly<Record<string, unknown>>,
  name: string,
  kind: K,
  goType: string,
  prefix = ''
): Members[K] | undefined {
  const value = from[name]
  if (value === undefined || value === null) return undefined
  const found = Array.isArray(value) ? 'array' : typeof value
  if (found === kind && (kind !== 'number' || Number.isInteger(value))) return value as Members[K]
  const what = found === kind ? `number ${String(value)}` : goJsonKind(value)
  throw plainFailure(`json: cannot unmarshal ${what} into Go struct field DeleteOptions.${prefix}${name} of type ${goType}`)
}

/** The refusal of a body that is no JSON at all. */
export const notOptions = (why: string) => plainFailure(`couldn't get version/kind; json parse error: ${why}`)
