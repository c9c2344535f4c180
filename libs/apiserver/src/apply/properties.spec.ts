import { describe, expect, it } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
import * as fc from 'fast-check'
import { equalSets, difference, intersection, isEmpty, union, type FieldSet } from './field-set.ts'
import { fromFieldsV1, toFieldsV1 } from './fields-v1.ts'
import { fieldsOf } from './fields-of.ts'
import { trackUpdate } from './track-update.ts'
import { configMap, T1, T2, apply, applied, timeless, map } from './apply.fixture.ts'

describe('properties', () => {
  const keys = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor')
  const data = fc.dictionary(keys, fc.constantFrom('1', '2'))

  it('field sets survive their JSON form and obey set algebra', () => {
    const sets = fc.object({ maxDepth: 3 }).map((value) => fieldsOf({}, value))
    fc.assert(
      fc.property(sets, sets, (a: FieldSet, b: FieldSet) => {
        expect(equalSets(fromFieldsV1(JSON.parse(JSON.stringify(toFieldsV1(a)))), a)).toBe(true)
        expect(equalSets(union(difference(a, b), intersection(a, b)), a)).toBe(true)
        expect(isEmpty(difference(a, union(a, b)))).toBe(true)
      })
    )
  })

  it('an applier always gets what it applies, and applying twice changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('x', 'y', 'z'), data, fc.boolean()), { maxLength: 8 }), (steps) => {
        let live: KubeObject | undefined
        for (const [manager, wanted, force] of steps) {
          const intent = map(wanted)
          const result = apply(configMap, live, intent, manager, T1, force)
          if (result.kind !== 'applied') {
            if (force) throw new Error('refused by force')
            continue
          }
          live = result.object
          const now = (live as unknown as { data?: Record<string, string> }).data ?? {}
          for (const [key, value] of Object.entries(wanted)) expect(Object.getOwnPropertyDescriptor(now, key)?.value).toBe(value)
          expect(timeless(applied(configMap, live, intent, manager, T2))).toEqual(timeless(live))
        }
      }),
      { numRuns: 200 }
    )
  })

  it('a manager alone gets exactly what it applied last', () => {
    fc.assert(
      fc.property(fc.array(data, { minLength: 1, maxLength: 5 }), (intents) => {
        let live: KubeObject | undefined
        for (const wanted of intents) live = applied(configMap, live, map(wanted))
        const { managedFields: _, ...metadata } = live!.metadata
        const last = intents.at(-1)!
        expect({ ...live, metadata }).toEqual(map(Object.keys(last).length === 0 ? undefined : last))
      })
    )
  })

  it('managedFields of any shape neither throw nor stay', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (managedFields) => {
        const live = { ...map({ a: 'b' }), metadata: { name: 'one', managedFields } } as unknown as KubeObject
        expect(apply(configMap, live, map({ a: 'b' }), 'x').kind).toBe('applied')
        trackUpdate({
          schema: configMap,
          before: undefined,
          after: live,
          manager: 'x',
          operation: 'Update',
          apiVersion: 'v1',
          subresource: '',
          now: T1
        })
      })
    )
  })
})
