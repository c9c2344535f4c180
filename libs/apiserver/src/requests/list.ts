/** GET of a collection: a consistent snapshot, in pages when asked for. */
import {
  expired,
  badRequest,
  forbiddenField,
  futureVersion,
  invalidOptions,
  plainFailure,
  unsupportedValue,
  type Cause
} from '../http/errors.ts'
import { storageOf } from '../builtin/rules.ts'
import { booleanOf, integerOf } from '../http/query.ts'
import type { StoredObject } from '../store/object-store.ts'
import type { Call, World } from './call.ts'
import { readContinueToken, writeContinueToken } from './continue-token.ts'
import type { Selection } from './selection.ts'
import { convertAll, shownObject } from './versions.ts'

export interface Page {
  readonly items: readonly StoredObject[]
  readonly resourceVersion: string
  readonly continue?: string
  readonly remaining?: number
}

/** Throws 400, 410 (the token's snapshot is gone), 422, 504 (a version that is not there yet). */
export function list(world: World, call: Call, query: URLSearchParams, selection: Selection): Page {
  checkListOptions(query)
  const limit = Math.max(integerOf(query, 'limit') ?? 0, 0)
  const token = query.get('continue')
  if (token) {
    const asked = query.get('resourceVersion')
    if (asked && asked !== '0') throw badRequest('specifying resource version is not allowed when using continue')
    const { revision, after } = readContinueToken(token)
    const items = snapshot(world, call, revision, selection)
    const from = items.findIndex(
      ({ key }) => key.namespace > after.namespace || (key.namespace === after.namespace && key.name > after.name)
    )
    return page(call, from < 0 ? [] : items.slice(from), revision, limit, selection)
  }
  const resource = storageOf(call.type)
  if (world.usage.holds(resource)) {
    const { resourceVersion: _version, ...measured } = page(call, world.usage.list(resource, selection.namespace), 0, 0, selection)
    return { ...measured, resourceVersion: '' }
  }
  const revision = listRevision(world, query)
  return page(call, snapshot(world, call, revision, selection), revision ?? world.store.revision(), limit, selection)
}

function checkListOptions(query: URLSearchParams): void {
  const match = query.get('resourceVersionMatch') ?? ''
  const causes: Cause[] = []
  if (match !== '') {
    if (!query.get('resourceVersion')) {
      causes.push(forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'))
    }
    if (query.get('continue'))
      causes.push(forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'))
    if (match !== 'Exact' && match !== 'NotOlderThan') {
      causes.push(unsupportedValue('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']))
    } else if (match === 'Exact' && query.get('resourceVersion') === '0') {
      causes.push(forbiddenField('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
    }
  }
  if (booleanOf(query, 'sendInitialEvents')) {
    causes.push(forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list'))
  }
  if (causes.length > 0) throw invalidOptions('ListOptions', causes)
}

/** The exact revision to show, or undefined for the newest. */
function listRevision(world: World, query: URLSearchParams): number | undefined {
  const text = query.get('resourceVersion')
  if (!text || text === '0') return undefined
  const revision = parseVersion(text)
  if (revision > world.store.revision()) throw futureVersion(text, world.store.revision())
  const exact =
    query.get('resourceVersionMatch') === 'Exact' || (query.get('resourceVersionMatch') === null && (integerOf(query, 'limit') ?? 0) > 0)
  return exact ? revision : undefined
}

/** A resource version as a number; 500 without a reason for a word, as the reference answers. */
export function parseVersion(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw plainFailure(`Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`)
}

function snapshot(world: World, call: Call, revision: number | undefined, selection: Selection): readonly StoredObject[] {
  const resource = storageOf(call.type)
  const { namespace, name } = selection
  if (revision === undefined && name !== undefined && namespace !== undefined) {
    const one = world.store.get({ resource, namespace, name })
    return one === undefined ? [] : [one]
  }
  if (revision === undefined || revision === world.store.revision()) return world.store.list(resource, namespace)
  const items = world.store.listAt(revision, resource, namespace)
  if (items !== undefined) return items
  throw expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.'
  )
}

function page(call: Call, all: readonly StoredObject[], revision: number, limit: number, { matches }: Selection): Page {
  const isSelecting = matches !== undefined
  if (isSelecting) convertAll(call.type, all)
  const items = !isSelecting ? all : all.filter((stored) => matches(shownObject(call.type, stored)))
  const resourceVersion = String(revision)
  const last = items[limit - 1]
  if (limit === 0 || items.length <= limit || last === undefined) return { items, resourceVersion }
  return {
    items: items.slice(0, limit),
    resourceVersion,
    continue: writeContinueToken({ revision, after: last.key }),
    ...(matches === undefined ? { remaining: items.length - limit } : {})
  }
}
