/** Writes a number of 2 or 4 bytes, little-endian; returns where it ends. Bits that have no room are left out. */
export function writeNumber(bytes: Uint8Array, at: number, value: number, size: 2 | 4): number {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
  if (size === 4) {
    bytes[at + 2] = value >>> 16
    bytes[at + 3] = value >>> 24
  }
  return at + size
}

/** Reads what {@link writeNumber} wrote. */
export function readNumber(bytes: Uint8Array, at: number, size: 2 | 4): number {
  const low = bytes[at]! | (bytes[at + 1]! << 8)
  return size === 2 ? low : (low | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
}
