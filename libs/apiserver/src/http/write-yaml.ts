/** YAML as Kubernetes writes it (sigs.k8s.io/yaml): members sorted, lists not indented, texts in single quotes where they need any. */
import { Document, visit } from 'yaml'

/** go-yaml breaks a text at the first space after this column. */
const WIDTH = 80
const DOCUMENT = {
  version: '1.1',
  sortMapEntries: true,
  indentSeq: false,
  singleQuote: true,
  aliasDuplicateObjects: false
} as const
const TEXT = { ...DOCUMENT, blockQuote: 'literal', lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER } as const
/** No block holds a space at the end of a line, or begins with one. */
const NO_BLOCK = /^\s|[ \t]\n/

/** What is before the text of a line: dashes of lists, and a key. */
const BEFORE = /^( *(?:- )*)([^\s'"][^:]*: |'(?:[^']|'')*': |"(?:[^"\\]|\\.)*": )?/
const BLOCK = /(?:^|[ -])\|[-+\d]*$/

/** The text of a JSON value. */
export function writeYaml(value: unknown): string {
  // Lines that are deeper than this belong to a block, which is kept as it is.
  let block = Number.POSITIVE_INFINITY
  const document = new Document(value, DOCUMENT)
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'string' && node.value.includes('\n') && NO_BLOCK.test(node.value)) node.type = 'QUOTE_DOUBLE'
    }
  })
  return document
    .toString(TEXT)
    .split('\n')
    .map((line) => {
      if (line.search(/\S/) > block || (line === '' && block < Number.POSITIVE_INFINITY)) return line
      block = BLOCK.test(line) ? line.search(/[^ -]/) - 1 : Number.POSITIVE_INFINITY
      return line.length > WIDTH && block === Number.POSITIVE_INFINITY ? folded(line) : line
    })
    .join('\n')
}

function folded(line: string): string {
  const [before, lists = '', key] = BEFORE.exec(line) ?? ['']
  const indent = lists.length + (key === undefined ? 0 : 2)
  let out = before
  let column = before.length
  for (let at = before.length; at < line.length; at++) {
    const isEdge = at === before.length || at === line.length - 1 || line[at - 1] === ' ' || line[at + 1] === ' '
    if (line[at] === ' ' && column > WIDTH && !isEdge) {
      out += `\n${' '.repeat(indent)}`
      column = indent
    } else {
      out += line[at]
      column++
    }
  }
  return out
}
