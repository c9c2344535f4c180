import { describe, expect, it } from '@jest/globals'
import { templateOf } from './opening.ts'

const object = { kind: 'Thing', metadata: { name: 'it' }, spec: { size: 'WORD', list: [{ a: 1 }], inner: { b: 'two' } } }

describe('a template', () => {
  it('is the object as YAML where nothing is opened', () => {
    expect(templateOf(object, [])).toBe(
      'kind: Thing\nmetadata:\n  name: it\nspec:\n  size: WORD\n  list:\n    - a: 1\n  inner:\n    b: two\n'
    )
  })

  it('takes values instead of a value, of an entry, and after a list', () => {
    const text = templateOf(object, [
      { kind: 'value', at: ['spec', 'size'], text: '{{ .size }}' },
      { kind: 'entry', at: ['spec', 'inner'], text: '{{- with .inner }}\ninner:\n  {{- . | nindent $2 }}\n{{- end }}' },
      { kind: 'item', at: ['spec', 'list'], text: '{{- . | nindent $0 }}' }
    ])
    expect(text).toBe(
      [
        'kind: Thing',
        'metadata:',
        '  name: it',
        'spec:',
        '  size: {{ .size }}',
        '  list:',
        '    - a: 1',
        '    {{- . | nindent 4 }}',
        '  {{- with .inner }}',
        '  inner:',
        '    {{- . | nindent 4 }}',
        '  {{- end }}',
        ''
      ].join('\n')
    )
  })

  it('adds an entry that is not there', () => {
    expect(templateOf(object, [{ kind: 'entry', at: ['metadata', 'more'], text: '{{ .more }}' }])).toContain('  name: it\n  {{ .more }}\n')
  })

  it('has words of the object become template text', () => {
    expect(templateOf(object, [], { WORD: '{{ .word }}' })).toContain('size: {{ .word }}\n')
  })

  it('refuses a place that does not exist', () => {
    expect(() => templateOf(object, [{ kind: 'value', at: ['spec', 'none'], text: '' }])).toThrow('there is no spec.none to open in it')
    expect(() => templateOf(object, [{ kind: 'entry', at: ['none', 'none'], text: '' }])).toThrow('there is no none.none to open in it')
  })

  it('refuses an object with text that a template would run', () => {
    expect(() => templateOf({ metadata: { name: 'it' }, text: '{{.Name}}' }, [])).toThrow('it has text that a template would run')
  })
})
