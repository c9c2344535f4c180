import type { Chunks } from './chunks.ts'
import type { FileLayer } from './files/file-layer.ts'
import type { OpenFiles } from './files/open-files.ts'
import type { SegmentSyncs } from './segment-syncs.ts'

/** The file system, what is open of it, what is read into, and whose syncs are believed. */
export interface Disk {
  readonly files: FileLayer
  readonly open: OpenFiles
  readonly chunks: Chunks
  readonly syncs: SegmentSyncs
}
