import { describe, expect, it } from '@jest/globals'
import { readStatusPath, statusPathOf } from './status-path.ts'

const of = (source: string, id: string) => ({ namespace: 'default', name: 'hello', source, id })

describe('where one asks for the Job of an event', () => {
  // What Go's url.PathEscape makes of them.
  it.each([
    ['/s', '1', '%2Fs/ids/1'],
    ['http://a.example:80/x?y=z', 'a b', 'http:%2F%2Fa.example:80%2Fx%3Fy=z/ids/a%20b'],
    ["~!*'()", '$&+=:@;,', '~%21%2A%27%28%29/ids/$&+=:@%3B%2C'],
    ['ü', '100%', '%C3%BC/ids/100%25'],
    ['\udcfc', '1', '%FC/ids/1']
  ])('%j and %j are %s, and are read again', (source, id, path) => {
    const whole = `/namespaces/default/name/hello/sources/${path}`
    expect(statusPathOf(of(source, id))).toBe(whole)
    expect(readStatusPath(whole)).toEqual(of(source, id))
  })

  it.each(['%', '%2', '%zz'])('%s is no escape', (id) => {
    expect(readStatusPath(`/namespaces/default/name/hello/sources/s/ids/${id}`)).toBeUndefined()
  })
})
