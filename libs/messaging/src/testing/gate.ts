import { eventually } from '@knative-ts/testing'
import type { OpenFile } from '../log/files/file-layer.ts'
import type { MemoryFiles } from './memory-files.ts'

/** Something that waits until it is let through: what a test does meanwhile is done in the middle of something else. */
export interface Gate {
  /** Waits from the first call on until the gate is opened. */
  pass(): Promise<void>
  /** Resolves when somebody waits. */
  reached(what: string): Promise<unknown>
  open(): void
}

/** A closed one. */
export function gate(): Gate {
  const opened = Promise.withResolvers<void>()
  let isReached = false
  return {
    pass: () => {
      isReached = true
      return opened.promise
    },
    reached: (what) => eventually(() => isReached, what),
    open: opened.resolve
  }
}

/** Lets the calls of one method that are about `path` wait, from now on. */
export function hold(files: MemoryFiles, method: 'open' | 'remove' | 'syncDirectory', path: RegExp): Gate {
  const held = gate()
  const call = files[method].bind(files) as (...args: unknown[]) => Promise<unknown>
  Object.assign(files, {
    [method]: async (...args: readonly [string, ...unknown[]]) => {
      if (path.test(args[0])) await held.pass()
      return call(...args)
    }
  })
  return held
}

/** Lets reads of files at `path` that are opened from now on wait. */
export function holdReads(files: MemoryFiles, path: RegExp): Gate {
  const held = gate()
  const open = files.open.bind(files)
  files.open = async (name, make) => {
    const file: OpenFile = await open(name, make)
    if (!path.test(name)) return file
    const read: OpenFile['read'] = async (into, length, position) => {
      await held.pass()
      return file.read(into, length, position)
    }
    return { ...file, read }
  }
  return held
}
