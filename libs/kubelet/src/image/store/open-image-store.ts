import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Launcher } from '../../isolation/launcher/launcher.ts'
import { ImageStore } from './image-store.ts'
import { Unpacker } from './unpacker.ts'

/** An image store in use by a process that is no node agent. */
export interface OpenImageStore {
  readonly store: ImageStore
  /** Layers are unpacked here; otherwise images are kept packed, and cannot run on this machine. */
  readonly unpacks: boolean
  close(): void
}

/** Opens the store of a data directory, which a running standalone may be using. */
export function openImageStore(directory: string): OpenImageStore {
  const unpacks = Launcher.isKnown && process.getuid?.() === 0
  if (!unpacks) return { store: new ImageStore(directory), unpacks, close: () => undefined }
  const temporary = mkdtempSync(join(tmpdir(), 'knative-ts-image-'))
  const launcher = new Launcher(temporary)
  return {
    store: new ImageStore(directory, new Unpacker(directory, launcher)),
    unpacks,
    close() {
      launcher.close()
      rmSync(temporary, { recursive: true, force: true })
    }
  }
}
