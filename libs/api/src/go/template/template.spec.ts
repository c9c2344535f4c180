import { describe, expect, it } from '@jest/globals'
import { executeTemplate } from './execute-template.ts'
import { parseTemplate } from './parse-template.ts'

const data = { type: 'config.Values', fields: { Name: 'foo', Domain: 'example.com', Labels: { a: 'b' }, Empty: {}, Number: 2 } }

function rendered(text: string): string {
  const template = parseTemplate('t', text)
  if (!template.ok) return template.error
  const result = executeTemplate(template.value, data)
  return result.ok ? result.value : result.error
}

describe('templates', () => {
  it.each([
    ['plain', 'plain'],
    ['{{.Name}}.{{.Domain}}', 'foo.example.com'],
    ['{{ .Labels.a }}', 'b'],
    ['{{.Labels.x}}', '<no value>'],
    ['{{index .Labels "a"}}-{{index .Labels "x"}}', 'b-'],
    ['{{if .Empty}}yes{{else}}no{{end}}', 'no'],
    ['{{if .Empty}}1{{else if eq .Name "foo"}}2{{else}}3{{end}}', '2'],
    ['{{if and .Name (not .Empty)}}both{{end}}', 'both'],
    ['a {{- .Name -}} b', 'afoob'],
    ['{{/* a }} comment */}}x', 'x'],
    ['{{printf "%s-%d" .Name .Number}}', 'foo-2'],
    ['{{.Name | printf "%q"}}', '"foo"'],
    ['{{`{{`}}{{"}}"}}', '{{}}'],
    ['{{js "a<b"}}', 'a\\u003Cb'],
    ['{{len .Labels}}', '1'],
    ['{{.Labels}}', 'map[a:b]']
  ])('%s gives %s', (text, result) => {
    expect(rendered(text)).toBe(result)
  })

  it.each([
    ['{{', 'template: t:1: unclosed action'],
    ['a\n{{.Name', 'template: t:2: unclosed action'],
    ['{{"a}}', 'template: t:1: unterminated quoted string'],
    ['{{nope .Name}}', 'template: t:1: function "nope" not defined'],
    ['{{if .Name}}', 'template: t:1: unexpected EOF'],
    ['{{end}}', 'template: t:1: unexpected {{end}}'],
    ['{{}}', 'template: t:1: missing value for command'],
    ['{{.Nope}}', 'template: t:1:2: executing "t" at <.Nope>: can\'t evaluate field Nope in type config.Values'],
    ['ab\ncd{{ .Nope }}', 'template: t:2:5: executing "t" at <.Nope>: can\'t evaluate field Nope in type config.Values'],
    ['{{.Name.x}}', 'template: t:1:2: executing "t" at <.Name.x>: can\'t evaluate field x in type string'],
    ['{{.Name "x"}}', 'template: t:1:2: executing "t" at <.Name>: can\'t give argument to non-function .Name']
  ])('%j is refused: %s', (text, error) => {
    expect(rendered(text)).toBe(error)
  })
})
