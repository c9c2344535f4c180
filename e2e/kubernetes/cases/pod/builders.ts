/** What the cases of pod are made of. */
import { pod } from '../builders.ts'

export const volume = (name: string, ...volumes: readonly object[]) => pod(name, { volumes })

export const http = { httpGet: { port: 80 } }
