import { expect, it } from '@jest/globals'
import type { ConfigMap } from '@knative-ts/api/kubernetes'
import { cacheView, IndexedCache } from './indexed-cache.ts'

const configMap = (name: string, colours: readonly string[], version = '1'): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'default', name, resourceVersion: version },
  data: Object.fromEntries(colours.map((colour) => [colour, '']))
})
const colour = (object: ConfigMap): readonly string[] => Object.keys(object.data ?? {})

function world() {
  const cache = new IndexedCache<ConfigMap>()
  const view = cacheView(cache, { colour })
  const under = (value: string): string[] =>
    view.byIndex('colour', value).map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`)
  return { cache, under }
}

it('files one object under a value, then several, then one again, then none', () => {
  const { cache, under } = world()
  cache.put(configMap('a', ['red']))
  expect(under('red')).toEqual(['a@1'])
  cache.put(configMap('b', ['red', 'blue']))
  expect([under('red'), under('blue')]).toEqual([['a@1', 'b@1'], ['b@1']])
  cache.remove({ namespace: 'default', name: 'a' })
  expect(under('red')).toEqual(['b@1'])
  cache.remove({ namespace: 'default', name: 'b' })
  expect([under('red'), under('blue'), cache.list()]).toEqual([[], [], []])
})

it('files an object anew that has changed, and one that is filed twice under a value once', () => {
  const { cache, under } = world()
  cache.put(configMap('a', ['red']))
  cache.put(configMap('a', ['red'], '2'))
  expect(under('red')).toEqual(['a@2'])
  cache.put(configMap('a', ['blue'], '3'))
  expect([under('red'), under('blue')]).toEqual([[], ['a@3']])
  const twice = new IndexedCache<ConfigMap>()
  const view = cacheView(twice, { both: () => ['x', 'x'] })
  twice.put(configMap('a', []))
  expect(view.byIndex('both', 'x')).toHaveLength(1)
  twice.remove({ namespace: 'default', name: 'a' })
  expect(view.byIndex('both', 'x')).toEqual([])
})

it('leaves what somebody else is filed under alone when another object of the value goes', () => {
  const { cache, under } = world()
  cache.put(configMap('a', ['red']))
  cache.put(configMap('b', ['blue']))
  cache.put(configMap('b', ['red'], '2'))
  cache.put(configMap('b', ['green'], '3'))
  expect([under('red'), under('blue'), under('green')]).toEqual([['a@1'], [], ['b@3']])
})
