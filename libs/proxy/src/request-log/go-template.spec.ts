import { describe, expect, it } from '@jest/globals'
import { compileTemplate } from './go-template.ts'

const values: Record<string, string | number> = { 'A.B': 'x"<&\'\n', Code: 200, Empty: '', Zero: 0 }
const render = (text: string): string =>
  compileTemplate<undefined>(text, (_, path, argument) => (path === 'Get' ? `got ${argument}` : values[path]))(undefined)

describe('request-log templates', () => {
  it.each([
    ['text alone', 'plain }} text', 'plain }} text'],
    ['a field', 'c={{.Code}};', 'c=200;'],
    ['a missing field', '{{.Nope}}', '<no value>'],
    ['js escapes', '{{js .A.B}}', String.raw`x\"\u003C\u0026\'\u000A`],
    ['a pipe to js', '{{.A.B | js}}', String.raw`x\"\u003C\u0026\'\u000A`],
    ['a call with an argument', '{{.Get "X-Y"}}', 'got X-Y'],
    ['trimming', 'a {{- .Code -}} b', 'a200b'],
    ['a comment', 'a{{/* no */}}b', 'ab'],
    ['a condition that holds', '{{if .Code}}yes{{else}}no{{end}}', 'yes'],
    ['a condition that does not', '{{if .Empty}}yes{{else}}no{{end}}{{if .Zero}}yes{{end}}', 'no']
  ])('renders %s', (_, text, expected) => {
    expect(render(text)).toBe(expected)
  })

  it.each([
    ['an unclosed action', 'a {{.B', 'unclosed action'],
    ['an unknown function', '{{printf "%s" .A}}', 'unsupported action {{printf "%s" .A}}'],
    ['a condition without end', '{{if .A}}x', '{{if .A}} has no {{end}}'],
    ['an end without a condition', 'x{{end}}', 'unexpected {{end}}']
  ])('refuses %s', (_, text, message) => {
    expect(() => render(text)).toThrow(message)
  })
})
