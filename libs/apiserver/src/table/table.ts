/** Tables of meta.k8s.io: what `kubectl get` prints. */
import type { KubeObject } from '@knative-ts/api'
import type { ResourceType } from '../registry/resource-type.ts'
import { ageText } from './age.ts'
import { customColumns } from './custom-columns.ts'
import { printers } from './printers.ts'

export type Cell = string | number | boolean | null

/** One column; `priority` 1 shows with `-o wide` only. */
export interface Column {
  readonly name: string
  readonly type: string
  readonly format?: string
  readonly description?: string
  readonly priority?: number
  readonly cell: (object: KubeObject, now: number) => Cell
}

export interface ColumnDefinition {
  readonly name: string
  readonly type: string
  readonly format: string
  readonly description: string
  readonly priority: number
}

export interface Row {
  readonly cells: readonly Cell[]
  readonly object: unknown
}

export interface Table {
  readonly kind: 'Table'
  readonly apiVersion: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly columnDefinitions: readonly ColumnDefinition[] | null
  readonly rows: readonly Row[]
}

/** What a row carries beside its cells. */
export type IncludeObject = 'None' | 'Metadata' | 'Object'

const metaDescription = (type: ResourceType, field: string) => type.schema.properties?.['metadata']?.properties?.[field]?.description ?? ''

const nameColumn = (type: ResourceType): Column => ({
  name: 'Name',
  type: 'string',
  format: 'name',
  description: metaDescription(type, 'name') || 'Name must be unique within a namespace.',
  cell: (object) => object.metadata.name ?? ''
})

/** Age, in the form of built-in kinds. */
const ageColumn = (type: ResourceType): Column => ({
  name: type.custom === undefined ? 'Age' : 'Age',
  type: type.custom === undefined ? 'string' : 'date',
  description: metaDescription(type, 'creationTimestamp'),
  cell: (object, now) => ageText(object.metadata.creationTimestamp, now)
})

const columnsByType = new WeakMap<ResourceType, readonly Column[]>()

function columnsOf(type: ResourceType): readonly Column[] {
  const known = columnsByType.get(type)
  if (known !== undefined) return known
  const own = type.custom === undefined ? printers[type.storage]?.(ageColumn(type)) : customColumns(type.custom.printerColumns)
  const columns = [nameColumn(type), ...(own === undefined || own.length === 0 ? [ageColumn(type)] : own)]
  columnsByType.set(type, columns)
  return columns
}

/** A table of objects in the version of `type`. `now` in milliseconds. */
export function tableOf(type: ResourceType, objects: readonly KubeObject[], include: IncludeObject, version: string, now: number): Table {
  const columns = columnsOf(type)
  const partial = (object: KubeObject) => ({
    kind: 'PartialObjectMetadata',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: object.metadata
  })
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: {},
    columnDefinitions: columns.map(({ name, type: of, format = '', description = '', priority = 0 }) => ({
      name,
      type: of,
      format,
      description,
      priority
    })),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, now)),
      object: include === 'None' ? null : include === 'Object' ? object : partial(object)
    }))
  }
}
