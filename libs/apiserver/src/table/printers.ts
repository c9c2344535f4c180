/** Columns of built-in kinds, by storage name: `k8s.io/kubernetes/pkg/printers/internalversion`. */
import type { Printer } from './column.ts'
import { corePrinters } from './core-printers.ts'
import { podPrinter } from './pod-printer.ts'
import { workloadPrinters } from './workload-printers.ts'

export const printers: Readonly<Record<string, Printer>> = { '/pods': podPrinter, ...corePrinters, ...workloadPrinters }
