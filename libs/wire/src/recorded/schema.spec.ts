/** The rules for .proto files by which old and new roles understand each other, as `buf breaking` knows them (buf.yaml). */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { recordedPath, recordedVersions } from './recorded-message.ts'

const lib = fileURLToPath(new URL('../../', import.meta.url))
const buf = fileURLToPath(new URL('../../../../node_modules/.bin/buf', import.meta.url))

/** What `buf breaking` has against the .proto files of a directory, compared with a version. */
function breaks(directory: string, version: string): string {
  const { status, stdout, stderr, error } = spawnSync(buf, ['breaking', '--against', recordedPath(version, 'schema.json')], {
    cwd: directory,
    encoding: 'utf8'
  })
  if (error !== undefined) throw error
  return status === 0 ? '' : stdout + stderr
}

it.each(recordedVersions())('this version understands, and is understood by, %s', (version) => {
  expect(breaks(lib, version)).toBe('')
})

describe('what would not be understood is found:', () => {
  let directory: string
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'wire-breaking-'))
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  it.each([
    ['a number with another meaning', 'uint32 applied_sequence = 3;', 'string applied_version = 3;', 'changed type'],
    ['a field that went away without its number being kept', '  string address = 2;\n  // Highest', '  // Highest', 'was deleted'],
    ['a call that went away', '  rpc Follow(stream GatewayReport) returns (stream RoutingUpdate);\n', '', 'was deleted'],
    ['a call that is no stream any more', 'rpc Follow(stream GatewayReport)', 'rpc Follow(GatewayReport)', 'streaming'],
    ['one value where there were many', 'repeated string addresses = 2;', 'string addresses = 2;', 'cardinality']
  ])('%s', (_what, before, after, complaint) => {
    cpSync(join(lib, 'proto'), join(directory, 'proto'), { recursive: true })
    cpSync(join(lib, 'buf.yaml'), join(directory, 'buf.yaml'))
    const file = join(directory, 'proto/routing.proto')
    const text = readFileSync(file, 'utf8')
    expect(text).toContain(before)
    writeFileSync(file, text.replace(before, after))
    expect(breaks(directory, recordedVersions().at(-1) ?? '')).toContain(complaint)
  })
})
