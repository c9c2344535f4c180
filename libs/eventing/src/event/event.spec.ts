import { describe, expect, it } from '@jest/globals'
import { utcOf } from './timestamp.ts'
import { uriReferenceOf } from './uri-reference.ts'

describe('a time becomes UTC', () => {
  it.each([
    ['2020-01-02T03:04:05Z', '2020-01-02T03:04:05Z'],
    ['2020-01-02T03:04:05.123Z', '2020-01-02T03:04:05.123Z'],
    ['2020-01-02T03:04:05.100Z', '2020-01-02T03:04:05.1Z'],
    ['2020-01-02T03:04:05.000Z', '2020-01-02T03:04:05Z'],
    ['2020-01-02T03:04:05.1234567891Z', '2020-01-02T03:04:05.123456789Z'],
    ['2020-01-02T03:04:05,5Z', '2020-01-02T03:04:05.5Z'],
    ['2020-01-02T03:04:05.123456789+02:00', '2020-01-02T01:04:05.123456789Z'],
    ['2020-01-01T00:04:05-01:30', '2020-01-01T01:34:05Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z']
  ])('%s', (time, utc) => {
    expect(utcOf(time)).toBe(utc)
  })

  it.each([
    '',
    'yesterday',
    '2020-01-02',
    '2020-13-02T03:04:05Z',
    '2023-02-29T00:00:00Z',
    '2020-01-02T24:00:00Z',
    '2020-01-02T03:04:60Z',
    '2020-01-02t03:04:05z',
    '2020-01-02T03:04:05',
    '2020-01-02T03:04:05.Z',
    '2020-00-02T03:04:05Z'
  ])('%s is none', (time) => {
    expect(utcOf(time)).toBeUndefined()
  })
})

// What Go's url.Parse and String make of it.
describe('a URI reference is kept', () => {
  it.each([
    ['/s', '/s'],
    ['x/y', 'x/y'],
    ['http://x.y/z?q=a b#f', 'http://x.y/z?q=a b#f'],
    ['a b', 'a%20b'],
    ['/é', '/%C3%A9'],
    ['/a%20b', '/a%20b'],
    ['urn:x:y z', 'urn:x:y z'],
    ['mailto:a@b.c', 'mailto:a@b.c'],
    ['//host/p', '//host/p'],
    ['http://[::1]:80/x', 'http://[::1]:80/x'],
    ['#f', '#f'],
    ['', '']
  ])('%s', (text, kept) => {
    expect(uriReferenceOf(text)).toBe(kept)
  })

  it.each(['http://[::1', '%zz', ':x', '1:x', 'http://h:port/', '/a\nb', 'http://a b/'])('%s is none', (text) => {
    expect(uriReferenceOf(text)).toBeUndefined()
  })
})
