import { describe, expect, it } from '@jest/globals'
import { HeaderList } from '../header-list.ts'
import { forwardedOf, shimForwarded } from './forwarded-shim.ts'
import { routeTag } from './route-tag.ts'

describe('HeaderList', () => {
  it('keeps order, case and repeats, and looks up without case', () => {
    const list = new HeaderList(['X-A', '1', 'x-b', '2', 'x-a', '3'])
    expect([list.size, list.get('x-A'), list.getAll('X-a'), list.has('X-B'), list.get('nope')]).toEqual([
      3,
      '1',
      ['1', '3'],
      true,
      undefined
    ])
    list.set('X-a', '9')
    list.append('New', 'n')
    const seen: string[] = []
    list.forEach((name, value) => seen.push(`${name}=${value}`))
    expect(seen).toEqual(['X-A=9', 'x-b=2', 'New=n'])
    expect([list.remove('X-B'), list.remove('X-B'), list.size]).toEqual([true, false, 2])
  })

  it('finds tokens in lists', () => {
    const list = new HeaderList(['Connection', 'a, Keep-Alive', 'connection', 'CLOSE'])
    expect(['keep-alive', 'close', 'a', 'keep'].map((token) => list.hasToken('Connection', token))).toEqual([true, true, true, false])
  })

  it.each(['a\r\nb', 'a\nb', 'a\0b', 'a\u010ab'])('refuses the value %j', (value) => {
    expect(() => new HeaderList().append('X', value)).toThrow('must not contain')
    expect(() => HeaderList.from({ X: 'ok' }).set('X', value)).toThrow('must not contain')
  })
})

describe('the Forwarded shim', () => {
  it.each([
    [['1.2.3.4', '5.6.7.8'], 'http', 'h', 'for=1.2.3.4;host=h;proto=http, for=5.6.7.8'],
    [['::1'], undefined, undefined, 'for="[::1]"'],
    [[], 'https', undefined, 'proto=https'],
    [[], undefined, 'h', 'host=h'],
    [[], undefined, undefined, '']
  ])('makes of %j, %s, %s: %s', (hops, proto, host, expected) => {
    expect(forwardedOf(hops, proto, host)).toBe(expected)
  })

  it('leaves a Forwarded of the client alone', () => {
    const list = HeaderList.from({ Forwarded: 'for=a', 'X-Forwarded-For': 'b' })
    shimForwarded(list)
    expect(list.getAll('Forwarded')).toEqual(['for=a'])
  })
})

describe('the route tag', () => {
  it.each([
    ['', '', 'kn:disabled'],
    ['', 'true', 'kn:default'],
    ['blue', 'true', 'kn:undefined'],
    ['blue', 'false', 'blue'],
    ['blue', '', 'blue']
  ])('of tag %j and default route %j is %s', (tag, byDefault, expected) => {
    expect(routeTag(HeaderList.from({ 'Knative-Serving-Tag': tag, 'Knative-Serving-Default-Route': byDefault }))).toBe(expected)
  })
})
