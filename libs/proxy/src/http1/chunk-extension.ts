import { CR, fieldValue, SEMICOLON, token } from './bytes.ts'

/*
 * chunk-ext = *( ";" token [ "=" ( token / quoted-string ) ] ) of RFC 9112 7.1.1, without the white space that senders must not make. States of a
 * reader that has seen the first semicolon:
 */
const NAME_START = 0
const NAME = 1
const VALUE_START = 2
const VALUE = 3
const QUOTED = 4
const ESCAPED = 5
const QUOTED_END = 6

/** Where a reader of an extension begins. */
export const extensionStart = NAME_START
/** The byte ends the extension: it is the CR of its line. */
export const extensionOver = -1
/** The byte may not stand there. */
export const extensionBroken = -2

const EQUALS = 0x3d
const QUOTE = 0x22
const BACKSLASH = 0x5c

/** The state behind `byte`, or one of the two ends. */
export function readExtension(state: number, byte: number): number {
  switch (state) {
    case NAME_START:
      return token[byte] === 1 ? NAME : extensionBroken
    case NAME:
      if (token[byte] === 1) return NAME
      return byte === EQUALS ? VALUE_START : next(byte)
    case VALUE_START:
      if (byte === QUOTE) return QUOTED
      return token[byte] === 1 ? VALUE : extensionBroken
    case VALUE:
      return token[byte] === 1 ? VALUE : next(byte)
    case QUOTED:
      if (byte === QUOTE) return QUOTED_END
      if (byte === BACKSLASH) return ESCAPED
      return fieldValue[byte] === 1 ? QUOTED : extensionBroken
    case ESCAPED:
      return fieldValue[byte] === 1 ? QUOTED : extensionBroken
    default:
      return next(byte)
  }
}

function next(byte: number): number {
  return byte === SEMICOLON ? NAME_START : byte === CR ? extensionOver : extensionBroken
}
