import { expect, it } from '@jest/globals'
import { levelled } from './levelled.ts'

it('orders managed fields by their manager, nonsense among them', () => {
  const managedFields = [{ operation: 'Update', manager: 'b' }, null, { operation: 'Apply', manager: 'c' }]
  expect(levelled({ metadata: { managedFields } })).toEqual({
    metadata: { managedFields: [null, { operation: 'Apply', manager: 'c' }, { operation: 'Update', manager: 'b' }] }
  })
})
