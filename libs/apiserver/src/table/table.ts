/** Tables of meta.k8s.io: what `kubectl get` prints. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { readData } from '../openapi/data-directory.ts'
import type { PrinterColumn, ResourceType } from '../registry/resource-type.ts'
import { ageText } from './age.ts'
import type { Printer } from './cell.ts'
import { customColumns } from './custom-columns.ts'
import { ownColumns } from './own-columns.ts'
import { podConditions } from './pod-printer.ts'
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

export interface RowCondition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
}

export interface Row {
  readonly cells: readonly Cell[]
  readonly conditions?: readonly RowCondition[]
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

/** One column of a built-in kind, as Kubernetes' printers define it. */
type Definition = Omit<Column, 'cell'>

let definitions: Readonly<Record<string, readonly Definition[]>> | undefined

/** Read when the first table is asked for. */
const definitionsOf = (storage: string) => (definitions ??= readData<NonNullable<typeof definitions>>('columns.json.br'))[storage]

const USUAL: Printer = {
  Name: (object) => object.metadata.name ?? '',
  Age: (object, now) => ageText(object.metadata.creationTimestamp, now)
}

/** The columns that any object has: built-in kinds without a printer say when they were created, custom ones how old they are. */
function usualColumns(last: 'Created At' | 'Age'): readonly Column[] {
  const described = (wanted: string) => definitionsOf('/configmaps')?.find(({ name }) => name === wanted)?.description ?? ''
  const cell = (object: KubeObject, now: number) =>
    last === 'Age' ? ageText(object.metadata.creationTimestamp, now) : (object.metadata.creationTimestamp ?? '')
  return [
    { name: 'Name', type: 'string', format: 'name', description: described('Name'), cell: (object) => object.metadata.name ?? '' },
    { name: last, type: 'date', description: described('Age'), cell }
  ]
}

/** What a table needs to know of a type. */
export type TableType = Pick<ResourceType, 'storage' | 'columns' | 'custom'>

/** Of the Scale of any object. */
export const scaleTable: TableType = { storage: 'autoscaling/scales' }

function builtinColumns({ storage }: TableType): readonly Column[] {
  const between = ownColumns[storage]
  if (between !== undefined) return withNameAndAge(storage, between)
  const own = printers[storage]
  if (own === undefined) return usualColumns('Created At')
  const cells = { ...USUAL, ...own }
  return (definitionsOf(storage) ?? []).flatMap((definition) => {
    const cell = cells[definition.name]
    return cell === undefined ? [] : [{ ...definition, cell }]
  })
}

function withNameAndAge(storage: string, between: readonly Column[]): readonly Column[] {
  const described = (wanted: string) => definitionsOf('/configmaps')?.find(({ name }) => name === wanted)?.description ?? ''
  const name = { name: 'Name', type: 'string', description: described('Name'), cell: USUAL.Name as Column['cell'] }
  const age = { name: 'Age', type: 'string', description: described('Age'), cell: USUAL.Age as Column['cell'] }
  return [storage === scaleTable.storage ? name : { ...name, format: 'name' }, ...between, age]
}

function columnsOfCustom(columns: readonly PrinterColumn[]): readonly Column[] {
  const usual = usualColumns('Age')
  return columns.length === 0 ? usual : [...usual.slice(0, 1), ...customColumns(columns)]
}

const columnsByType = new WeakMap<TableType, readonly Column[]>()

function columnsOf(type: TableType): readonly Column[] {
  const known = columnsByType.get(type)
  if (known !== undefined) return known
  const columns = type.columns ?? (type.custom === undefined ? builtinColumns(type) : columnsOfCustom(type.custom.printerColumns))
  columnsByType.set(type, columns)
  return columns
}

const conditionsOf = (type: TableType, object: KubeObject) => (type.storage === '/pods' ? podConditions(object as k8s.Pod) : undefined)

/** A table of objects in the version of `type`. `now` in milliseconds. */
export function tableOf(type: TableType, objects: readonly KubeObject[], include: IncludeObject, version: string, now: number): Table {
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
    rows: objects.map((object) => {
      const conditions = conditionsOf(type, object)
      return {
        cells: columns.map((column) => column.cell(object, now)),
        ...(conditions === undefined ? {} : { conditions }),
        object: include === 'None' ? null : include === 'Object' ? object : partial(object)
      }
    })
  }
}
