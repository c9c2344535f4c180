import { expect, it } from '@jest/globals'
import { levelled } from './levelled.ts'

it('orders managed fields by their manager, nonsense among them', () => {
  const managedFields = [{ operation: 'Update', manager: 'b' }, null, { operation: 'Apply', manager: 'c' }]
  expect(levelled({ metadata: { managedFields } })).toEqual({
    metadata: { managedFields: [null, { operation: 'Apply', manager: 'c' }, { operation: 'Update', manager: 'b' }] }
  })
})

it('takes ages of years for one another, which differ from day to day', () => {
  expect(levelled({ cells: ['6y326d', '7y', '3y old', '12s'] })).toEqual({ cells: ['<age>', '<age>', '3y old', '12s'] })
})
