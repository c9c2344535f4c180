/** The columns that Kubernetes' printers give to each kind (`pkg/printers/internalversion`): names, types, priorities, descriptions. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const TABLE = /(\w+) := \[\]metav1\.TableColumnDefinition\{\n([\s\S]*?)\n\t\}/g
const COLUMN = /^\s*\{Name: "([^"]+)", Type: "([^"]+)"(.*)\},$/
const HANDLER = /h\.TableHandler\((\w+), print(\w+)\)/g

/** The struct of a member that a column is described by. */
const MEMBERS = { 'Event.InvolvedObject': 'ObjectReference' }

/** The kind that a printer prints is the type of what it takes. */
const PRINTED = /^func print(\w+)\(\w+ \*\w+\.(\w+),/gm

/** Go quotes these texts as JSON does. */
const unquoted = (text) => JSON.parse(`"${text}"`)

/** The documentation of each field, as `SwaggerDoc()` answers it, by struct, of one package's generated file. */
function swaggerDocs(text) {
  const docs = new Map()
  for (const [, struct, body] of text.matchAll(/^var map_(\w+) = map\[string\]string\{\n([\s\S]*?)^\}/gm)) {
    const fields = [...body.matchAll(/^\t"([^"]*)":\s+"((?:[^"\\]|\\.)*)",$/gm)]
    docs.set(struct, new Map(fields.map(([, field, doc]) => [field, unquoted(doc)])))
  }
  return docs
}

/** Columns by kind, in order. */
export function printerColumns(source) {
  const printers = source.printers()
  const imports = new Map(
    [...printers.matchAll(/^\t(\w+) "(k8s\.io\/(?:api|apimachinery)\/[^"]+)"/gm)].map(([, name, path]) => [name, path])
  )
  const packages = new Map()
  const documented = (alias, struct, field) => {
    const path = imports.get(alias)
    if (!packages.has(path))
      packages.set(path, swaggerDocs(readFileSync(join(directoryOf(source, path), 'types_swagger_doc_generated.go'), 'utf8')))
    return packages.get(path).get(struct)?.get(field) ?? ''
  }
  const descriptionOf = (text) => {
    const [, alias, struct, member, field] = /Description: (\w+)\.(\w+)\{\}(?:\.(\w+))?\.SwaggerDoc\(\)\["(\w*)"\]/.exec(text) ?? []
    if (alias !== undefined) return documented(alias, MEMBERS[`${struct}.${member}`] ?? struct, field)
    const [, literal = ''] = /Description: "((?:[^"\\]|\\.)*)"/.exec(text) ?? []
    return unquoted(literal)
  }
  const tables = new Map(
    [...printers.matchAll(TABLE)].map(([, name, body]) => [
      name,
      body
        .split('\n')
        .filter((line) => !line.trim().startsWith('//'))
        .map((line) => {
          const [, column, type, rest] = COLUMN.exec(line) ?? []
          if (column === undefined) throw new Error(`printers.go holds a column of an unknown form: ${line}`)
          const format = /Format: "([^"]+)"/.exec(rest)?.[1]
          const priority = Number(/Priority: (\d)/.exec(rest)?.[1] ?? 0)
          return { name: column, type, ...(format && { format }), ...(priority > 0 && { priority }), description: descriptionOf(rest) }
        })
    ])
  )
  const kindOf = new Map([...printers.matchAll(PRINTED)].map(([, printer, kind]) => [printer, kind]))
  return new Map([...printers.matchAll(HANDLER)].map(([, table, printer]) => [kindOf.get(printer), tables.get(table)]))
}

function directoryOf(source, path) {
  for (const [prefix, directory] of source.protoRoots())
    if (path.startsWith(`${prefix}/`)) return join(directory, path.slice(prefix.length + 1))
  throw new Error(`No Go module holds ${path}`)
}

/** Columns of the served kinds, by group and plural. */
export function columnTable(source, index) {
  const byKind = printerColumns(source)
  const entries = index.groups.flatMap(({ group, versions }) =>
    versions.flatMap(({ resources }) =>
      resources.flatMap(({ plural, kind }) => (byKind.has(kind) ? [[`${group}/${plural}`, byKind.get(kind)]] : []))
    )
  )
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
