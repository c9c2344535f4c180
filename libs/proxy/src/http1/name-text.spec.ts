import { expect, it } from '@jest/globals'
import { FieldName } from './field-name.ts'
import { nameText } from './name-text.ts'

it('tells names apart that have one hash, in whatever order they come', () => {
  for (const name of ['ce-id', 'Ce-Id', 'ce-id', 'CE-ID', 'accept', 'x'.repeat(100)]) {
    expect(nameText(Buffer.from(`: ${name}:`), 2, 2 + name.length, FieldName.of(name).hash)).toBe(name)
  }
})

it('knows names by their bytes and not by their hash', () => {
  expect(nameText(Buffer.from('abc'), 0, 3, 7)).toBe('abc')
  expect(nameText(Buffer.from('abd'), 0, 3, 7)).toBe('abd')
})
