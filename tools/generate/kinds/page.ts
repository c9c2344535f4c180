/** One page of docs/kinds: a kind with its names, its columns and every field of its schema. */
import type { JSONSchemaProps } from '@knative-ts/api/kubernetes'
import { structuralSchemaOf } from '../../../libs/api/src/crds/definition-of.ts'
import type { DefinedKind, OtherVersion } from '../../../libs/api/src/crds/defined-kind.ts'
import { filledIn, meanings } from './meanings.ts'

interface Field {
  readonly path: string
  readonly schema: JSONSchemaProps
  readonly required: boolean
}

/** The page's name, and its text. */
function pageOf(kind: DefinedKind): readonly [string, string] {
  const { resource, description, shortNames, categories, columns } = kind
  const { group, version, plural, kind: name, namespaced } = resource
  const parts = (['spec', 'status'] as const).filter((part) => kind[part] !== undefined)
  const lines = [
    `# ${name}`,
    '',
    description,
    '',
    '| | |',
    '| --- | --- |',
    `| apiVersion | \`${group}/${version}\` |`,
    ...(kind.otherVersions === undefined ? [] : [`| also served as | ${kind.otherVersions.map(othersText).join(', ')} |`]),
    `| resource | \`${plural}.${group}\`${namespaced ? ', in namespaces' : ', of the cluster'} |`,
    ...(shortNames.length === 0 ? [] : [`| short names | ${shortNames.map((one) => `\`${one}\``).join(', ')} |`]),
    `| categories | ${categories.map((one) => `\`${one}\``).join(', ')} |`,
    ...(columns.length === 0 ? [] : [`| \`kubectl get\` shows | ${columns.map((column) => column.name).join(', ')} |`]),
    ...parts.flatMap((part) => [
      '',
      `## ${part}`,
      '',
      ...tableOf(kind[part] === undefined ? [] : fieldsOf(structuralSchemaOf(kind[part]), part), part)
    ]),
    ...(kind.otherVersions ?? [])
      .filter(({ spec }) => spec !== kind.spec)
      .flatMap(({ version: other, spec }) => [
        '',
        `## spec in ${other}`,
        '',
        ...tableOf(fieldsOf(structuralSchemaOf(spec), 'spec'), 'spec')
      ])
  ]
  return [`${plural}.${group}.md`, `${lines.join('\n')}\n`]
}

const othersText = ({ version, deprecationWarning }: OtherVersion): string =>
  `\`${version}\`${deprecationWarning === undefined ? '' : ' (deprecated)'}`

/** All pages, and one that leads to them. */
export function pagesOf(kinds: readonly DefinedKind[]): ReadonlyMap<string, string> {
  const pages = kinds.map(pageOf)
  const rows = kinds.map(
    ({ resource, description }, index) =>
      `| [${resource.kind}](${pages[index]?.[0]}) | \`${resource.group}/${resource.version}\` | ${description} |`
  )
  const index = [
    '# Kinds',
    '',
    'Generated from the schemas of `libs/api` by `npm run generate`.',
    '',
    '| kind | apiVersion | what it is |',
    '| --- | --- | --- |',
    ...rows,
    ''
  ]
  return new Map([...pages, ['README.md', index.join('\n')]])
}

function fieldsOf(schema: JSONSchemaProps, path: string): Field[] {
  const required = new Set(schema.required ?? [])
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const own = `${path}.${name}`
    return [{ path: own, schema: inner, required: required.has(name) }, ...inside(inner, own)]
  })
}

function inside(schema: JSONSchemaProps, path: string): Field[] {
  const items = schema.items as JSONSchemaProps | undefined
  const values = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined
  return [
    ...fieldsOf(schema, path),
    ...(items === undefined ? [] : inside(items, `${path}[]`)),
    ...(values === undefined ? [] : inside(values, `${path}{}`))
  ]
}

function tableOf(fields: readonly Field[], part: string): string[] {
  const rows = fields.map(({ path, schema, required }) => {
    const meaning = schema.description ?? byEnd(meanings, path)
    if (meaning === undefined) throw new Error(`${path} has no meaning: describe it in its schema or in tools/generate/kinds/meanings.ts`)
    const common = [`\`${path.slice(part.length + 1)}\``, typeOf(schema)]
    const cells = part === 'spec' ? [...common, required ? 'required' : defaultOf(schema, path), meaning] : [...common, meaning]
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  })
  const heads = part === 'spec' ? ['field', 'type', 'unless said', 'meaning'] : ['field', 'type', 'meaning']
  return [`| ${heads.join(' | ')} |`, `| ${heads.map(() => '---').join(' | ')} |`, ...rows]
}

function defaultOf(schema: JSONSchemaProps, path: string): string {
  const written = byEnd(filledIn, path)
  return written ?? (schema.default === undefined ? '' : `\`${JSON.stringify(schema.default)}\``)
}

/** The entry whose key is the longest end of the path, on a boundary of names. */
function byEnd(entries: Readonly<Record<string, string>>, path: string): string | undefined {
  const ends = Object.keys(entries).filter((key) => path === key || path.endsWith(`.${key}`))
  const longest = ends.toSorted((a, b) => b.length - a.length)[0]
  return longest === undefined ? undefined : entries[longest]
}

function typeOf(schema: JSONSchemaProps): string {
  if (schema['x-kubernetes-int-or-string'] === true) return 'integer or string'
  const items = schema.items as JSONSchemaProps | undefined
  if (items !== undefined) return `list of ${typeOf(items)}`
  if (typeof schema.additionalProperties === 'object') return `map of ${typeOf(schema.additionalProperties)}`
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(', ')
  return schema.type ?? 'anything'
}
