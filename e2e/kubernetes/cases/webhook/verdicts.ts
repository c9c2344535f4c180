/** Denials and warnings, and what becomes of them. */
import type { Case } from '../../recorded-case.ts'
import { rule } from '../webhook-builders.ts'
import { denied, add, create, validating } from './builders.ts'

export const verdicts: readonly Case[] = [
  validating('denied without words', denied(), {}, create()),
  validating('denied with a message', denied({ message: 'not today' }), {}, create()),
  validating('denied with a reason alone', denied({ reason: 'Gone' }), {}, create()),
  validating(
    'denied with code and details',
    denied({
      message: 'slow down',
      code: 429,
      reason: 'TooManyRequests',
      details: { retryAfterSeconds: 3, causes: [{ message: 'm', field: 'f' }] }
    }),
    {},
    create()
  ),
  validating('denied with a code that is none', denied({ message: 'odd', code: 200 }), {}, create()),
  validating('denied with code 500', denied({ message: 'odd', code: 500 }), {}, create()),
  validating(
    'denied update leaves the object',
    denied({ message: 'frozen' }),
    { rules: [rule('UPDATE', 'v1/configmaps')] },
    create(),
    { verb: 'patch', of: 'v1 ConfigMap one', patch: { data: { a: 'z' } } },
    { verb: 'get', of: 'v1 ConfigMap one', show: ['data'] }
  ),
  validating(
    'denied delete leaves the object',
    denied({ message: 'stays' }),
    { rules: [rule('DELETE', 'v1/configmaps')] },
    create(),
    { verb: 'delete', of: 'v1 ConfigMap one' },
    { verb: 'get', of: 'v1 ConfigMap one', show: ['data'] }
  ),
  validating('warnings', { response: { warnings: ['first', 'second "quoted"', 'first'] } }, {}, create()),
  validating('warnings of a denial', { response: { allowed: false, warnings: ['told'], status: { message: 'no' } } }, {}, create()),
  validating('a long warning', { response: { warnings: ['x'.repeat(300)] } }, {}, create()),
  validating('audit annotations are no answer', { response: { auditAnnotations: { key: 'value' } } }, {}, create()),
  validating('a validating webhook that patches', { response: { patch: [add('x', 'y')] } }, {}, create())
]
