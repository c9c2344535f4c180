import type { Chunks } from './chunks.ts'
import type { FileLayer } from './files/file-layer.ts'
import type { OpenFiles } from './files/open-files.ts'

/** The file system, what is open of it, and what is read into. */
export interface Disk {
  readonly files: FileLayer
  readonly open: OpenFiles
  readonly chunks: Chunks
}
