/** Kubernetes' list functions and CEL's sets. */
import type { Environment } from '@marcbachmann/cel-js'
import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator'
import { isDeepStrictEqual } from 'node:util'
import { goName } from './dialect.ts'
import { registerNamespace } from './namespace.ts'

type Ordered = bigint | number | string | Date

const same = (a: unknown, b: unknown) =>
  a === b ||
  ((typeof a === 'bigint' || typeof a === 'number') && (typeof b === 'bigint' || typeof b === 'number')
    ? Number(a) === Number(b)
    : isDeepStrictEqual(a, b))

const has = (list: readonly unknown[], item: unknown) => list.some((one) => same(one, item))

function extreme(list: readonly Ordered[], isBetter: (a: Ordered, b: Ordered) => boolean, name: string): Ordered {
  const [first, ...rest] = list
  if (first === undefined) throw new Error(`${name} called on empty list`)
  return rest.reduce((best, one) => (isBetter(one, best) ? one : best), first)
}

function sumOf(list: readonly unknown[]): unknown {
  const [first] = list
  if (first instanceof Duration) return (list as readonly Duration[]).slice(1).reduce((sum, one) => sum.addDuration(one), first)
  if (first instanceof UnsignedInt) return new UnsignedInt((list as readonly UnsignedInt[]).reduce((sum, one) => sum + one.valueOf(), 0n))
  if (list.some((one) => typeof one !== 'bigint' && typeof one !== 'number')) throw new Error('no such overload')
  return list.every((one) => typeof one === 'bigint')
    ? list.reduce<bigint>((sum, one) => sum + one, 0n)
    : list.reduce<number>((sum, one) => sum + Number(one), 0)
}

export function registerListFunctions(environment: Environment): void {
  environment
    .registerFunction('list.isSorted(): bool', (list: readonly Ordered[]) =>
      list.every((one, index) => index === 0 || (list[index - 1] as Ordered) <= one)
    )
    .registerFunction('list.sum(): dyn', sumOf)
    .registerFunction('list.min(): dyn', (list: readonly Ordered[]) => extreme(list, (a, b) => a < b, 'min'))
    .registerFunction('list.max(): dyn', (list: readonly Ordered[]) => extreme(list, (a, b) => a > b, 'max'))
    .registerFunction(`list.${goName('indexOf')}(dyn): int`, (list: readonly unknown[], item: unknown) =>
      BigInt(list.findIndex((one) => same(one, item)))
    )
    .registerFunction(`list.${goName('lastIndexOf')}(dyn): int`, (list: readonly unknown[], item: unknown) =>
      BigInt(list.findLastIndex((one) => same(one, item)))
    )
  registerNamespace(environment, 'sets', {
    'contains(list, list): bool': (list: readonly unknown[], part: readonly unknown[]) => part.every((one) => has(list, one)),
    'equivalent(list, list): bool': (a: readonly unknown[], b: readonly unknown[]) =>
      a.every((one) => has(b, one)) && b.every((one) => has(a, one)),
    'intersects(list, list): bool': (a: readonly unknown[], b: readonly unknown[]) => a.some((one) => has(b, one))
  })
}
