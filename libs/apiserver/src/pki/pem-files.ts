/** Reading and writing `NAME.crt` and `NAME.key` of a directory. Keys are readable by their owner alone. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { PemPair } from './pem-pair.ts'

/** The pair, undefined when there is no certificate yet. Throws an error that names the file when one is damaged or the key is gone. */
export async function readPair(directory: string, name: string): Promise<PemPair | undefined> {
  const cert = await read(join(directory, `${name}.crt`), (text) => new X509Certificate(text))
  if (cert === undefined) return undefined
  const key = await readKey(directory, name)
  if (key === undefined)
    throw new Error(`${join(directory, `${name}.key`)} is missing: restore it, or remove ${name}.crt to have both made anew`)
  return { cert, key }
}

/** The private key, undefined when there is none yet. */
export function readKey(directory: string, name: string): Promise<string | undefined> {
  return read(join(directory, `${name}.key`), createPrivateKey)
}

/** Writes the key before the certificate: where the second is there, the first is. */
export async function writePair(directory: string, name: string, { cert, key }: PemPair): Promise<void> {
  await writeKey(directory, name, key)
  await write(join(directory, `${name}.crt`), cert, 0o644)
}

/** Writes a private key with mode 0600. */
export function writeKey(directory: string, name: string, key: string): Promise<void> {
  return write(join(directory, `${name}.key`), key, 0o600)
}

async function read(path: string, parse: (text: string) => unknown): Promise<string | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    parse(text)
    return text
  } catch (error) {
    throw new Error(`${path} is damaged: restore it, or remove it together with the files of the same name to have them made anew`, {
      cause: error
    })
  }
}

/** Whole or not at all, also when the machine stops in the middle. */
async function write(path: string, text: string, mode: number): Promise<void> {
  const unfinished = `${path}.tmp`
  const file = await open(unfinished, 'w', mode)
  try {
    // The mode given to open does not apply to a file that was left from before.
    await file.chmod(mode)
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, path)
}
