/** Names as text: those of one service's requests are few, and each would be a native call and a string. */
const known = new Map<number, string>()
const mostKnown = 1024
const longestKnown = 64

/** `bytes[from..to)`, the name of a field whose hash is `hash`, as text. */
export function nameText(bytes: Buffer, from: number, to: number, hash: number): string {
  const found = known.get(hash)
  if (found !== undefined && isText(found, bytes, from, to)) return found
  const made = bytes.toString('latin1', from, to)
  // Names come from anybody: when there are too many, those that are asked for still are remembered again.
  if (known.size >= mostKnown) known.clear()
  if (made.length <= longestKnown) known.set(hash, made)
  return made
}

function isText(text: string, bytes: Buffer, from: number, to: number): boolean {
  if (text.length !== to - from) return false
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) !== bytes[from + index]) return false
  return true
}
