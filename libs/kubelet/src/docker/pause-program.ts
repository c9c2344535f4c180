/** A static Linux program that waits for ever: what holds a pod's namespaces in a Docker engine, where no image with such a program can be assumed. */

const HEADER = 64
const PROGRAM_HEADER = 56
const START = 0x400000n
const READ_AND_EXECUTE = 5
const PAGE = 0x1000n

/** ELF's number of a machine, and the instructions of `for (;;) pause()`. ARM has no pause: ppoll of nothing waits as well. */
const machines: Readonly<Record<string, { readonly number: number; readonly code: readonly number[] }>> = {
  // mov eax, 34 (pause); syscall; jmp back
  x64: { number: 62, code: [0xb8, 0x22, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7] },
  // mov x0..x4, 0; mov x8, 73 (ppoll); svc 0; b back
  arm64: {
    number: 183,
    code: [
      [0x00, 0x00, 0x80, 0xd2],
      [0x01, 0x00, 0x80, 0xd2],
      [0x02, 0x00, 0x80, 0xd2],
      [0x03, 0x00, 0x80, 0xd2],
      [0x04, 0x00, 0x80, 0xd2],
      [0x28, 0x09, 0x80, 0xd2],
      [0x01, 0x00, 0x00, 0xd4],
      [0xf9, 0xff, 0xff, 0x17]
    ].flat()
  }
}

/** The program as an ELF file for a machine as Node names it. Throws for one that it does not know. */
export function pauseProgram(architecture: string = process.arch): Buffer {
  const machine = machines[architecture]
  if (machine === undefined) throw new Error(`no program that holds a pod is known for ${architecture}: x64 and arm64 are`)
  const size = BigInt(HEADER + PROGRAM_HEADER + machine.code.length)
  const file = Buffer.alloc(HEADER + PROGRAM_HEADER)
  // ELF, 64 bits, little endian, version 1; an executable.
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0])
  file.writeUInt16LE(2, 16)
  file.writeUInt16LE(machine.number, 18)
  file.writeUInt32LE(1, 20)
  file.writeBigUInt64LE(START + BigInt(HEADER + PROGRAM_HEADER), 24)
  file.writeBigUInt64LE(BigInt(HEADER), 32)
  file.writeUInt16LE(HEADER, 52)
  file.writeUInt16LE(PROGRAM_HEADER, 54)
  file.writeUInt16LE(1, 56)
  // One segment: all of the file.
  file.writeUInt32LE(1, HEADER)
  file.writeUInt32LE(READ_AND_EXECUTE, HEADER + 4)
  file.writeBigUInt64LE(START, HEADER + 16)
  file.writeBigUInt64LE(START, HEADER + 24)
  file.writeBigUInt64LE(size, HEADER + 32)
  file.writeBigUInt64LE(size, HEADER + 40)
  file.writeBigUInt64LE(PAGE, HEADER + 48)
  return Buffer.concat([file, Buffer.from(machine.code)])
}
