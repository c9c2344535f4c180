/** The smallest static ELF file: one segment that holds instructions. */

const header = 64
const programHeader = 56
const start = 0x400000
const readAndExecute = 5
const loadable = 1
const page = 0x1000
/** ELF's numbers of machines, by Node's names. */
const machines: Readonly<Record<string, number>> = { x64: 62, arm64: 183 }

/** An executable whose first instruction is the first of `code`, which is for a machine as Node names it. */
export function staticElf(architecture: string, code: Uint8Array): Buffer {
  const size = header + programHeader + code.length
  const file = Buffer.alloc(size)
  // ELF, 64 bits, little endian, version 1; an executable.
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
  file.writeUInt16LE(2, 16)
  file.writeUInt16LE(machines[architecture] as number, 18)
  file.writeUInt32LE(1, 20)
  file.writeBigUInt64LE(BigInt(start + header + programHeader), 24)
  file.writeBigUInt64LE(BigInt(header), 32)
  for (const [index, value] of [header, programHeader, 1].entries()) file.writeUInt16LE(value, 52 + index * 2)
  const segment = file.subarray(header)
  segment.writeUInt32LE(loadable, 0)
  segment.writeUInt32LE(readAndExecute, 4)
  for (const [index, value] of [0, start, start, size, size, page].entries()) segment.writeBigUInt64LE(BigInt(value), 8 + index * 8)
  file.set(code, header + programHeader)
  return file
}
