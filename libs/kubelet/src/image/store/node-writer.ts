/** Device nodes and extended attributes, which Node cannot make: collected, and made by one program of the launcher. */
import type { Launcher } from '../../isolation/launcher/launcher.ts'
import { becomeWatcher, factKinds } from '../../isolation/launcher/preamble.ts'
import { Program } from '../../isolation/launcher/program.ts'
import { ProgramFailure } from '../../isolation/launcher/watched-process.ts'
import { ImageError } from './oci.ts'

interface Node {
  readonly type: 'character' | 'block' | 'fifo'
  readonly mode: number
  readonly major: number
  readonly minor: number
  readonly uid: number
  readonly gid: number
}

const typeBits = { character: 0o020000, block: 0o060000, fifo: 0o010000 } as const

export class NodeWriter {
  readonly #launcher: Launcher
  readonly #nodes = new Map<string, Node>()
  readonly #attributes: { readonly file: string; readonly name: string; readonly value: Buffer }[] = []

  constructor(launcher: Launcher) {
    this.#launcher = launcher
  }

  makeNode(file: string, type: Node['type'], mode: number, major: number, minor: number, uid: number, gid: number): void {
    this.#nodes.set(file, { type, mode, major, minor, uid, gid })
  }

  setAttribute(file: string, name: string, value: Buffer): void {
    this.#attributes.push({ file, name, value })
  }

  /** Something else has come to be there. */
  forget(file: string): void {
    this.#nodes.delete(file)
  }

  /** Makes everything. Rejects with ImageError naming the file. */
  async write(): Promise<void> {
    if (this.#nodes.size + this.#attributes.length === 0) return
    const program = new Program()
    becomeWatcher(program)
    program.call('umask', [0])
    for (const [file, { type, mode, major, minor, uid, gid }] of this.#nodes) {
      const path = program.text(file)
      // The kernel's coding of device numbers for system calls: minor below and above the major.
      const device = (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)
      program.call('mknod', [path, typeBits[type] | mode, device], { doing: `make ${file}` })
      if (uid !== 0 || gid !== 0) program.call('lchown', [path, uid, gid], { doing: `give ${file} its owner` })
    }
    for (const { file, name, value } of this.#attributes) {
      // File systems know not all of them; what an image cannot do without is a capability and the mark of a hiding directory.
      const mayFail = !/^(security\.capability|trusted\.overlay\.)/.test(name)
      const what = [program.text(file), program.text(name), program.bytes(value), value.length, 0]
      program.call('lsetxattr', what, { mayFail, doing: `set ${name} of ${file}` })
    }
    const done = program.fact(factKinds.started)
    program.tell(done)
    program.call('exit_group', [0])
    this.#nodes.clear()
    this.#attributes.length = 0
    await new Promise<void>((resolve, reject) => {
      const id = this.#launcher.run(program, {
        onFact: () => {
          this.#launcher.forget(id)
          resolve()
        },
        onFailure: (failure) => {
          this.#launcher.forget(id)
          reject(new ImageError(`cannot unpack a layer: ${new ProgramFailure(failure).message}`))
        },
        onLost: () => reject(new ImageError('cannot unpack a layer: the launcher has ended'))
      })
    })
  }
}
