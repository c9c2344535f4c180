import { createHash } from 'node:crypto'

/** Equal versions are served equally. The message must have been made by a builder, which gives its members one order. */
export const versionOf = (message: object): string => createHash('sha256').update(JSON.stringify(message)).digest('base64url').slice(0, 22)
