/** What a custom resource with a scale must hold where its definition says that replicas and selector are. */
import { type Cause, invalidValue } from '../http/errors.ts'
import { goText, goTypeOf } from '../patch/go-text.ts'
import type { ResourceType } from '../registry/resource-type.ts'

type Scale = NonNullable<NonNullable<ResourceType['custom']>['scale']>

const MOST = 2 ** 31 - 1

/** Broken rules of the replicas that are wanted, and of what is in status; a write of status is judged by the latter alone. */
export function scaleProblems(scale: Scale | undefined, object: unknown, ofStatus: boolean): Cause[] {
  if (scale === undefined) return []
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale
  return [
    ...(ofStatus ? [] : countProblems(specReplicasPath, object)),
    ...countProblems(statusReplicasPath, object),
    ...(labelSelectorPath === undefined ? [] : textProblems(labelSelectorPath, object))
  ]
}

function countProblems(path: string, object: unknown): Cause[] {
  const found = read(object, path)
  if (found.value === undefined && found.problem === undefined) return []
  if (found.problem !== undefined || !Number.isInteger(found.value))
    return [invalidValue(path, 0, found.problem ?? wrongType(path, found.value, 'int64'))]
  const count = found.value as number
  if (count < 0) return [invalidValue(path, count, 'should be a non-negative integer')]
  return count > MOST ? [invalidValue(path, count, `should be less than or equal to ${MOST}`)] : []
}

function textProblems(path: string, object: unknown): Cause[] {
  const { value, problem } = read(object, path)
  if (problem === undefined && (value === undefined || typeof value === 'string')) return []
  return [invalidValue(path, '', problem ?? wrongType(path, value, 'string'))]
}

/** The value at `.a.b`; undefined when it or something on the way is absent, a problem when something on the way is no object. */
function read(object: unknown, path: string): { readonly value?: unknown; readonly problem?: string } {
  let value = object
  const seen: string[] = []
  for (const key of path.replace(/^\./, '').split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { problem: wrongType(`.${seen.join('.')}`, value, 'map[string]interface {}') }
    if (!Object.hasOwn(value, key)) return {}
    value = (value as Readonly<Record<string, unknown>>)[key]
    seen.push(key)
  }
  return { value }
}

/** Go's words for a value that is of another type than its reader wants. */
const wrongType = (path: string, value: unknown, wanted: string) =>
  `${path.startsWith('.') ? path : `.${path}`} accessor error: ${goText(value)} is of the type ${goTypeOf(value)}, expected ${wanted}`
