/** Where the generated data of this library lies: beside the sources, or beside a bundle. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'

// `libs/apiserver/data` seen from this file; `apiserver-data/` beside a bundle that has swallowed it.
const candidates = ['../../data/', './apiserver-data/', './data/'].map((place) => fileURLToPath(new URL(place, import.meta.url)))

let chosen: string | undefined

function dataDirectory(): string {
  chosen ??= candidates.find((candidate) => existsSync(join(candidate, 'resources.json')))
  if (chosen === undefined) {
    throw new Error(`The API server's data (resources.json) is in none of ${candidates.join(', ')}: copy libs/apiserver/data there`)
  }
  return chosen
}

/** Reads one data file: JSON, or brotli-packed JSON when the name ends in `.br`. Throws when it is missing or damaged. */
export function readData<T>(name: string): T {
  const path = join(dataDirectory(), name)
  try {
    const bytes = readFileSync(path)
    return JSON.parse((name.endsWith('.br') ? brotliDecompressSync(bytes) : bytes).toString('utf8')) as T
  } catch (error) {
    throw new Error(`Cannot read the API server's data file ${path}: ${(error as Error).message}`, { cause: error })
  }
}
