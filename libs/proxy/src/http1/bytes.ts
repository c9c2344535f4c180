/** Byte classes of RFC 9110 and 9112, as tables that the parsers index by byte. */

/** tchar: methods, field names. */
export const token = table("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

/** Field values, reasons, chunk extensions: HTAB, SP, VCHAR, obs-text. */
export const fieldValue = range((byte) => byte === 0x09 || (byte >= 0x20 && byte !== 0x7f))

/** Request targets: VCHAR less `#`, which never travels, and less `%`, which is looked at. */
export const targetByte = range((byte) => byte > 0x20 && byte < 0x7f && byte !== 0x23 && byte !== 0x25)

/** Names and IPv4 addresses in Host. */
export const hostByte = table('0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._~-')

export const HTAB = 0x09
export const LF = 0x0a
export const CR = 0x0d
export const SP = 0x20
export const PERCENT = 0x25
export const COLON = 0x3a
export const SEMICOLON = 0x3b

function range(holds: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (holds(byte) ? 1 : 0))
}

function table(members: string): Uint8Array {
  return range((byte) => members.includes(String.fromCharCode(byte)))
}
