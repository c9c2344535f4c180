import { expect, it } from '@jest/globals'
import { runInNewContext } from 'node:vm'
import { errorOf, errorText } from './error-text.ts'

it.each([
  ['an error', new TypeError('no such thing'), 'no such thing'],
  ['an error of another realm', runInNewContext("new Error('from elsewhere')"), 'from elsewhere'],
  ['a Status', { kind: 'Status', message: 'refused' }, 'refused'],
  ['a text', 'thrown as it is', 'thrown as it is'],
  ['nothing', undefined, 'undefined'],
  ['an error that says nothing', new Error(''), '']
])('%s says what it says', (_, error, text) => {
  expect(errorText(error)).toBe(text)
})

it('what is no error of this realm becomes one that says the same', () => {
  const error = new TypeError('as it is')
  expect(errorOf(error)).toBe(error)
  expect(errorOf('a text')).toEqual(new Error('a text', { cause: 'a text' }))
})
