import { cpus, loadavg } from 'node:os'

/** What else the machine did while a figure was taken: its load in the last minute, and its processors. */
export const machine = (): { readonly load: number; readonly processors: number } => ({
  load: Number((loadavg()[0] ?? 0).toFixed(2)),
  processors: cpus().length
})
