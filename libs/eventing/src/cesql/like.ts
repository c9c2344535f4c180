import { latin1Utf8Of } from '../text/utf8.ts'

/**
 * The test of a LIKE pattern: `%` is any run, `_` is one byte, both literal after a backslash; case-sensitive, and the pattern covers the
 * whole text (CESQL 1.0, 3.4.2).
 */
export function likeTest(pattern: string): (text: string) => boolean {
  const bytes = latin1Utf8Of(pattern)
  if (!/[_\\]/.test(bytes)) {
    const middle = bytes.slice(1, -1)
    if (!bytes.includes('%')) return (text) => latin1Utf8Of(text) === bytes
    if (bytes.endsWith('%') && bytes.indexOf('%') === bytes.length - 1) {
      const start = bytes.slice(0, -1)
      return (text) => latin1Utf8Of(text).startsWith(start)
    }
    if (bytes.lastIndexOf('%') === 0) return (text) => latin1Utf8Of(text).endsWith(bytes.slice(1))
    if (bytes.startsWith('%') && bytes.endsWith('%') && !middle.includes('%')) return (text) => latin1Utf8Of(text).includes(middle)
  }
  const pieces = piecesOf(bytes)
  return (text) => covers(pieces, latin1Utf8Of(text))
}

/** A pattern's steps: a byte, any byte (undefined), any run (null). */
function piecesOf(pattern: string): readonly (string | undefined | null)[] {
  const pieces: (string | undefined | null)[] = []
  for (let at = 0; at < pattern.length; at++) {
    const escaped = pattern[at] === '\\' && (pattern[at + 1] === '%' || pattern[at + 1] === '_')
    if (escaped) at++
    const byte = pattern[at]!
    if (escaped || (byte !== '%' && byte !== '_')) pieces.push(byte)
    else if (byte === '_') pieces.push(undefined)
    else if (pieces.at(-1) !== null) pieces.push(null)
  }
  return pieces
}

/** Greedy, going back to the last run alone: cost is the product of both lengths at worst, never exponential. */
function covers(pieces: readonly (string | undefined | null)[], text: string): boolean {
  let piece = 0
  let at = 0
  let runPiece = -1
  let runAt = 0
  while (at < text.length) {
    const wanted = pieces[piece]
    if (piece < pieces.length && wanted !== null && (wanted === undefined || wanted === text[at])) {
      piece++
      at++
    } else if (piece < pieces.length && wanted === null) {
      runPiece = piece++
      runAt = at
    } else if (runPiece >= 0) {
      piece = runPiece + 1
      at = ++runAt
    } else return false
  }
  while (piece < pieces.length && pieces[piece] === null) piece++
  return piece === pieces.length
}
