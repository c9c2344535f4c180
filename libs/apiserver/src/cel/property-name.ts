/** Names of properties that are no CEL identifiers, as Kubernetes escapes them. */

const RESERVED = new Set([
  'true',
  'false',
  'null',
  'in',
  'as',
  'break',
  'const',
  'continue',
  'else',
  'for',
  'function',
  'if',
  'import',
  'let',
  'loop',
  'package',
  'namespace',
  'return',
  'var',
  'void',
  'while'
])
const SIGNS: Readonly<Record<string, string>> = { __: '__underscores__', '.': '__dot__', '-': '__dash__', '/': '__slash__' }

/** The name by which rules know a property; undefined for one that they cannot know. */
export function celName(property: string): string | undefined {
  if (RESERVED.has(property)) return `__${property}__`
  const escaped = property.replaceAll(/__|[.\-/]/g, (sign) => SIGNS[sign] ?? sign)
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(escaped) ? escaped : undefined
}
