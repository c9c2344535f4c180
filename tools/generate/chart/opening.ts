/** Objects become templates: some of their places are opened for the values of the chart, everything else stays as it is. */
import { stringify } from 'yaml'

/**
 * A place in an object that values fill.
 * - `value`: `text` stands instead of the value, on the same line.
 * - `entry`: `text` stands instead of the whole entry, key and all; an entry that is not there is added.
 * - `item`: `text` stands after the last item of the list.
 * Lines of `text` are written at the place's own indent; `$0`, `$2`, `$4` in it become that indent plus 0, 2, 4 (for `nindent`).
 */
export interface Opening {
  readonly kind: 'value' | 'entry' | 'item'
  readonly at: readonly (string | number)[]
  readonly text: string
}

/** Words that an object was built with, and the template text that takes their place wherever they stand. */
export type Words = Readonly<Record<string, string>>

type Tree = Record<string | number, unknown>

const token = (index: number): string => `OPENING-${index}-HERE`

/** The YAML of an object with its places opened. Throws when a place does not exist, or when the object itself has what templates take for theirs. */
export function templateOf(object: object, openings: readonly Opening[], words: Words = {}): string {
  const tree = structuredClone(object) as Tree
  for (const [index, opening] of openings.entries()) mark(tree, opening, token(index))
  // Line ends of long texts belong to nobody: one line a value keeps drift readable.
  const yaml = stringify(tree, { lineWidth: 0, aliasDuplicateObjects: false })
  if (yaml.includes('{{')) throw new Error(`${(tree['metadata'] as { name: string }).name} has text that a template would run: {{`)
  const lines = yaml.split('\n').map((line) => {
    const index = openings.findIndex((_, candidate) => line.includes(token(candidate)))
    return index < 0 ? line : opened(line, openings[index] as Opening, token(index))
  })
  return Object.entries(words).reduce((text, [word, template]) => text.replaceAll(word, template), lines.join('\n'))
}

function mark(tree: Tree, { kind, at }: Opening, mark: string): void {
  const last = at.at(-1) as string | number
  const holder = at.slice(0, -1).reduce((inner, step) => inner?.[step] as Tree | undefined, tree as Tree | undefined)
  const there = holder !== undefined && (kind === 'entry' || holder[last] !== undefined)
  if (!there) throw new Error(`there is no ${at.join('.')} to open in ${(tree['metadata'] as { name: string }).name}`)
  if (kind === 'item') (holder[last] as unknown[]).push(mark)
  else holder[last] = mark
}

function opened(line: string, { kind, text }: Opening, mark: string): string {
  if (kind === 'value') return line.replace(mark, text)
  const indent = line.length - line.trimStart().length
  return text
    .replaceAll(/\$(\d)/g, (_, more: string) => String(indent + Number(more)))
    .split('\n')
    .map((each) => `${' '.repeat(indent)}${each}`)
    .join('\n')
}
