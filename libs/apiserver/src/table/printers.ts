/** What `k8s.io/kubernetes/pkg/printers/internalversion` prints. */
import type { Printer } from './cell.ts'
import { certificatePrinters } from './certificate-printers.ts'
import { corePrinters } from './core-printers.ts'
import { podPrinter } from './pod-printer.ts'
import { storagePrinters } from './storage-printers.ts'
import { workloadPrinters } from './workload-printers.ts'

/** Cells of built-in kinds, by storage name; their columns are in the generated data. */
export const printers: Readonly<Record<string, Printer>> = {
  '/pods': podPrinter,
  ...corePrinters,
  ...storagePrinters,
  ...workloadPrinters,
  ...certificatePrinters
}
