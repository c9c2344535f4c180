/** What a custom resource with a scale must hold where its definition says that replicas and selector are. */
import { type Cause, invalidValue } from '../http/errors.ts'
import { goText, goTypeOf } from '../schema/go-text.ts'
import { find, type Found, namesOf } from './scale-path.ts'
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
  const found = find(object, namesOf(path))
  if (found.kind === 'absent') return []
  if (found.kind === 'blocked') return [invalidValue(path, 0, noMap(found))]
  if (!Number.isInteger(found.value)) return [invalidValue(path, 0, wrongType(path, found.value, 'int64'))]
  const count = found.value as number
  if (count < 0) return [invalidValue(path, count, 'should be a non-negative integer')]
  return count > MOST ? [invalidValue(path, count, `should be less than or equal to ${MOST}`)] : []
}

function textProblems(path: string, object: unknown): Cause[] {
  const found = find(object, namesOf(path))
  if (found.kind === 'blocked') return [invalidValue(path, '', noMap(found))]
  if (found.kind === 'absent' || typeof found.value === 'string') return []
  return [invalidValue(path, '', wrongType(path, found.value, 'string'))]
}

const noMap = ({ at, by }: Found & { readonly kind: 'blocked' }) => wrongType(at, by, 'map[string]interface {}')

/** Go's words for a value that is of another type than its reader wants. */
const wrongType = (path: string, value: unknown, wanted: string) =>
  `${path.startsWith('.') ? path : `.${path}`} accessor error: ${goText(value)} is of the type ${goTypeOf(value)}, expected ${wanted}`
