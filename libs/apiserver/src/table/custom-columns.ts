/** Columns that a CustomResourceDefinition declares. */
import type { PrinterColumn } from '../registry/resource-type.ts'
import { ageText } from './age.ts'
import { compilePath } from './json-path.ts'
import type { Cell, Column } from './table.ts'

export function customColumns(columns: readonly PrinterColumn[]): Column[] {
  return columns.map(({ name, type, format, description, priority, jsonPath }) => {
    const find = compilePath(jsonPath)
    return {
      name,
      type,
      ...(format === undefined ? {} : { format }),
      description: description ?? `Custom resource definition column (in JSONPath format): ${jsonPath}`,
      ...(priority === undefined ? {} : { priority }),
      cell: (object, now) => cellOf(type, find?.(object) ?? [], now)
    }
  })
}

function cellOf(type: string, found: readonly unknown[], now: number): Cell {
  const [value] = found
  if (value === undefined || value === null) return null
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null
    case 'number':
      return typeof value === 'number' ? value : null
    case 'boolean':
      return typeof value === 'boolean' ? value : null
    case 'date':
      return typeof value !== 'string' ? null : Number.isNaN(Date.parse(value)) ? '<invalid>' : ageText(value, now)
    default:
      return typeof value === 'object' ? JSON.stringify(value) : String(value)
  }
}
