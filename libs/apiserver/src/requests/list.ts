/** GET of a collection: a consistent snapshot, in pages when asked for. */
import { ApiError } from '@knative-ts/kube'
import {
  expired,
  badRequest,
  forbiddenField,
  futureVersion,
  goQuoted,
  invalidOptions,
  unsupportedValue,
  type Cause
} from '../http/errors.ts'
import { storageOf } from '../builtin/rules.ts'
import { integerOf } from '../http/query.ts'
import type { StoredObject } from '../store/object-store.ts'
import type { Call, World } from './call.ts'
import { inconsistentToken, readContinueToken, writeContinueToken, type Continuation } from './continue-token.ts'
import { versionProblem } from './resource-version.ts'
import type { Selection } from './selection.ts'
import { convertAll, shownObject } from './versions.ts'

export interface Page {
  readonly items: readonly StoredObject[]
  readonly resourceVersion: string
  readonly continue?: string
  readonly remaining?: number
}

/** Throws 400, 410 (the snapshot is gone), 422, 504 (a version that is not there yet). */
export function list(world: World, call: Call, query: URLSearchParams, selection: Selection): Page {
  checkListOptions(query)
  integerOf(query, 'timeoutSeconds')
  const limit = Math.max(integerOf(query, 'limit') ?? 0, 0)
  const token = query.get('continue')
  const asked = query.get('resourceVersion') ?? ''
  if (token) {
    if (asked !== '' && asked !== '0') throw badRequest('specifying resource version is not allowed when using continue')
    const continuation = readContinueToken(token)
    const { revision, start } = continuation
    const items = snapshot(world, call, revision, selection, () => goneWhileReading(continuation))
    const from = items.findIndex(({ key }) => !isBefore(key, start, selection))
    return page(call, from < 0 ? [] : items.slice(from), revision ?? world.store.revision(), limit, selection)
  }
  const resource = storageOf(call.type)
  if (world.usage.holds(resource)) {
    const { resourceVersion: _version, ...measured } = page(call, world.usage.list(resource, selection.namespace), 0, 0, selection)
    return { ...measured, resourceVersion: '' }
  }
  const revision = listRevision(world, query)
  const items = snapshot(world, call, revision, selection, () => expired('The resourceVersion for the provided list is too old.'))
  // "Any version" is answered from the cache, which knows no pages.
  return page(call, items, revision ?? world.store.revision(), asked === '0' ? 0 : limit, selection)
}

/** Whether an object comes before the start of a page, in the order of lists. */
function isBefore(key: StoredObject['key'], start: string, selection: Selection): boolean {
  if (selection.namespace !== undefined) return key.name < start
  const cut = start.indexOf('/')
  const namespace = cut < 0 ? start : start.slice(0, cut)
  return key.namespace < namespace || (key.namespace === namespace && key.name < start.slice(cut + 1))
}

/** The page's key, as continue tokens name it: what follows the path of the list. */
function placeOf({ namespace, name }: StoredObject['key'], selection: Selection): string {
  return selection.namespace === undefined ? `${namespace}/${name}` : name
}

const GONE =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'

function goneWhileReading(continuation: Continuation): ApiError {
  const { status } = expired(GONE)
  return new ApiError({ ...status, metadata: { ...status.metadata, continue: inconsistentToken(continuation) } })
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
  if (query.has('sendInitialEvents')) {
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

/** The version that a list asks for, as a number; 400 for a word. */
function parseVersion(text: string): number {
  const problem = versionProblem(text)
  if (problem === undefined) return Number(text)
  throw badRequest(`invalid resource version: resourceVersion: Invalid value: ${goQuoted(text)}: ${problem}`)
}

function snapshot(
  world: World,
  call: Call,
  revision: number | undefined,
  selection: Selection,
  gone: () => ApiError
): readonly StoredObject[] {
  const resource = storageOf(call.type)
  const { namespace, name } = selection
  if (revision === undefined && name !== undefined && namespace !== undefined) {
    const one = world.store.get({ resource, namespace, name })
    return one === undefined ? [] : [one]
  }
  if (revision === undefined || revision === world.store.revision()) return world.store.list(resource, namespace)
  const items = revision < world.firstRevision() ? undefined : world.store.listAt(revision, resource, namespace)
  if (items !== undefined) return items
  throw gone()
}

/** The first items that match. More to come is what lies behind them, matching or not: as the reference, which stops reading there. */
function page(call: Call, all: readonly StoredObject[], revision: number, limit: number, selection: Selection): Page {
  const { matches, name } = selection
  if (matches !== undefined) convertAll(call.type, all)
  const resourceVersion = String(revision)
  const items: StoredObject[] = []
  for (const [index, stored] of all.entries()) {
    if (matches !== undefined && !matches(shownObject(call.type, stored))) continue
    items.push(stored)
    const left = all.length - index - 1
    if (items.length < limit || limit === 0 || left === 0 || name !== undefined) continue
    const token = writeContinueToken(revision, `${selection.namespace === undefined ? '' : '/'}${placeOf(stored.key, selection)}`)
    return { items, resourceVersion, continue: token, ...(matches === undefined ? { remaining: left } : {}) }
  }
  return { items, resourceVersion }
}
