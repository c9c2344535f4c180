import { describe, expect, it } from '@jest/globals'
import { parseUrl, urlText } from './url.ts'

const printed = (text: string): string => {
  const url = parseUrl(text)
  return url.ok ? urlText(url.value) : url.error
}

// What net/url of Go 1.26 answers.
describe('URLs as Go reads them', () => {
  it.each([
    ['http://sink.example/', 'http://sink.example/'],
    ['HTTP://Example.com', 'http://Example.com'],
    ['http://', 'http:'],
    ['path', 'path'],
    ['/path?x=y', '/path?x=y'],
    ['//example.com', '//example.com'],
    ['http://user:pass@example.com/#x', 'http://user:pass@example.com/#x'],
    ['mailto:a@b', 'mailto:a@b'],
    ['http://x/a b', 'http://x/a%20b'],
    ['http://x/é', 'http://x/%C3%A9'],
    ['http://x/a%20b%2Fc', 'http://x/a%20b%2Fc'],
    ['http://x?', 'http://x?'],
    ['http://x#', 'http://x'],
    ['http://[::1]:80/', 'http://[::1]:80/'],
    ['http://x:/', 'http://x:/'],
    ['http:/a', 'http:/a'],
    ['http:///x', 'http:///x'],
    ['///a', '///a'],
    ['http://é.x/', 'http://%C3%A9.x/'],
    ['http://a<b/', 'http://a<b/'],
    ["http://x/a!b'c(d)*e", "http://x/a!b'c(d)*e"],
    ['http://x/a!b c', 'http://x/a%21b%20c'],
    ['http://x/#a!b c', 'http://x/#a!b%20c'],
    ['http://a@b@c/', 'http://a%40b@c/'],
    ['', '']
  ])('%j is printed as %j', (text, expected) => expect(printed(text)).toBe(expected))

  it.each([
    ['%zz', 'parse "%zz": invalid URL escape "%zz"'],
    ['http://[::1', `parse "http://[::1": missing ']' in host`],
    [':x', 'parse ":x": missing protocol scheme'],
    ['a:b/c:d', 'a:b/c:d'],
    ['1:2', 'parse "1:2": first path segment in URL cannot contain colon'],
    ['http://x:y', 'parse "http://x:y": invalid port ":y" after host'],
    ['http://a b', 'parse "http://a b": invalid character " " in host name'],
    ['http://x/\u0001', 'parse "http://x/\\x01": net/url: invalid control character in URL'],
    ['http://a%41/', 'parse "http://a%41/": invalid URL escape "%41"']
  ])('%j: %s', (text, expected) => expect(printed(text)).toBe(expected))
})
