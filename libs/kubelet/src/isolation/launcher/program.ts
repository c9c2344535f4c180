/** Writes lists of system calls that the launcher runs (layout: launcher-x64.s). Pure: what a program does can be told and tested without running it. */
import { type SystemCall, systemCalls } from './system-calls.ts'

/** The address of something in the program's memory. */
export interface Address {
  readonly at: number
}

/** A word of the program's memory, whose value at that moment is taken. */
export interface Cell {
  readonly word: number
}

/** The lower half of such a word. */
export interface HalfCell {
  readonly half: number
}

/** An argument of a system call. */
export type Argument = number | bigint | Address | Cell | HalfCell

/** Something that a program can tell the agent. */
export interface Fact {
  readonly address: Address
  readonly value: Cell
}

/** A place among the instructions, to jump to. */
export interface Label {
  instruction: number | undefined
}

/** When control goes elsewhere after a call: by its result. */
export interface Jump {
  readonly when: 'zero' | 'positive' | 'always' | 'error'
  readonly to: Label
}

/** What a call's result does. */
export interface CallOptions {
  /** An error is no failure of the program. */
  readonly mayFail?: boolean
  readonly store?: Cell
  readonly jump?: Jump
  /** Says in a failure's message what was being done; the call's name is said anyway. */
  readonly doing?: string
}

interface Instruction extends CallOptions {
  readonly call: SystemCall
  readonly args: readonly Argument[]
}

/** A failed call of a program. */
export interface Failure {
  readonly call: SystemCall
  readonly doing: string
  readonly errno: number
  /** It was a call of the process that the program made and watches: its end is told too. */
  readonly isWatched: boolean
}

/** Where the launcher puts programs. */
const base = 0x2_0000_0000n
const headerBytes = 32
/** The launcher's descriptor for facts. */
const factsDescriptor = 1000
export const factBytes = 32
const instructionBytes = 64
const jumpFlags = { zero: 2, positive: 4, always: 8, error: 16 } as const

export class Program {
  readonly #data: Buffer[] = []
  readonly #facts: number[] = []
  readonly #texts = new Map<string, Address>()
  #dataEnd = headerBytes
  readonly #instructions: Instruction[] = []
  #watchedFrom = Number.POSITIVE_INFINITY

  /** A word of memory. */
  cell(value: number | bigint = 0): Cell {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(BigInt(value))
    return { word: this.bytes(bytes).at }
  }

  /** Bytes in memory, aligned to eight. */
  bytes(bytes: Uint8Array): Address {
    const at = this.#dataEnd
    const padded = Buffer.alloc(Math.ceil(bytes.length / 8) * 8)
    padded.set(bytes)
    this.#data.push(padded)
    this.#dataEnd += padded.length
    return { at }
  }

  /** A string as system calls take it. Throws for one with a NUL in it. */
  text(text: string): Address {
    const known = this.#texts.get(text)
    if (known !== undefined) return known
    if (text.includes('\0')) throw new Error(`${JSON.stringify(text)} holds a NUL character`)
    const address = this.bytes(Buffer.from(`${text}\0`))
    this.#texts.set(text, address)
    return address
  }

  /** A NULL-terminated list of strings, as execve takes it. */
  strings(texts: readonly string[]): Address {
    const pointers = texts.map((text) => addressOf(this.text(text)))
    return this.bytes(Buffer.from(new BigInt64Array([...pointers, 0n]).buffer))
  }

  /** A fact of that kind; its value is stored by calls before {@link Program.tell} sends it. */
  fact(kind: number): Fact {
    const record = Buffer.alloc(factBytes)
    record.writeBigInt64LE(BigInt(kind), 8)
    const address = this.bytes(record)
    this.#facts.push(address.at)
    return { address, value: { word: address.at + 16 } }
  }

  /** Sends a fact to the agent. */
  tell({ address }: Fact): void {
    this.call('write', [factsDescriptor, address, factBytes], { doing: 'tell the agent', mayFail: true })
  }

  label(): Label {
    return { instruction: undefined }
  }

  place(label: Label): void {
    label.instruction = this.#instructions.length
  }

  /** What is added from here on is done by a process that this one watches. */
  beginWatched(): void {
    this.#watchedFrom = this.#instructions.length
  }

  call(call: SystemCall, args: readonly Argument[], options: CallOptions = {}): void {
    this.#instructions.push({ call, args, ...options })
  }

  /** What a failure at `offset` means. */
  failureAt(offset: number, errno: number): Failure {
    const index = (offset - this.#dataEnd) / instructionBytes
    const { call, doing } = this.#instructions[index] ?? { call: 'clone', doing: 'make a process' }
    return { call, doing: doing ?? '', errno, isWatched: index >= this.#watchedFrom }
  }

  /** The calls in order, for tests and for messages. */
  get calls(): readonly { readonly call: SystemCall; readonly doing: string }[] {
    return this.#instructions.map(({ call, doing }) => ({ call, doing: doing ?? '' }))
  }

  /** The request. `id` comes back with every fact. */
  encode(id: number): Buffer {
    const length = this.#dataEnd + this.#instructions.length * instructionBytes
    const whole = Buffer.alloc(length)
    for (const [index, value] of [length, id, this.#dataEnd, factsDescriptor].entries()) whole.writeBigInt64LE(BigInt(value), index * 8)
    Buffer.concat(this.#data).copy(whole, headerBytes)
    for (const at of this.#facts) whole.writeBigInt64LE(BigInt(id), at)
    for (const [index, instruction] of this.#instructions.entries())
      this.#encode(instruction, whole.subarray(this.#dataEnd + index * instructionBytes))
    return whole
  }

  #encode({ call, args, mayFail, store, jump }: Instruction, into: Buffer): void {
    let modes = 0
    for (const [index, argument] of args.entries()) {
      const [mode, value] = operandOf(argument)
      modes |= mode << (index * 2)
      into.writeBigInt64LE(BigInt.asIntN(64, BigInt(value)), 8 + index * 8)
    }
    into.writeUInt16LE(systemCalls[call], 0)
    into.writeUInt16LE(modes, 2)
    into.writeUInt16LE((mayFail === true ? 1 : 0) | (jump === undefined ? 0 : jumpFlags[jump.when]), 4)
    into.writeUInt32LE(store?.word ?? 0, 56)
    if (jump === undefined) return
    if (jump.to.instruction === undefined) throw new Error('a jump leads to a label that was never placed')
    into.writeUInt32LE(this.#dataEnd + jump.to.instruction * instructionBytes, 60)
  }
}

/** An address as the program itself sees it, for structures that hold addresses. */
export const addressOf = ({ at }: Address): bigint => base + BigInt(at)

function operandOf(argument: Argument): [mode: number, value: number | bigint] {
  if (typeof argument === 'number' || typeof argument === 'bigint') return [0, argument]
  if ('at' in argument) return [0, addressOf(argument)]
  if ('word' in argument) return [1, argument.word]
  return [2, argument.half]
}
