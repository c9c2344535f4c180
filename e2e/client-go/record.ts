/** `node e2e/client-go/record.ts KUBECONFIG`: runs the program against a real cluster, which nobody kills meanwhile, and writes what it saw. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, run } from './program.ts'

const [, , kubeconfig] = process.argv
if (kubeconfig === undefined) {
  console.error('usage: node e2e/client-go/record.ts KUBECONFIG')
  process.exit(2)
}
const directory = await mkdtemp(join(tmpdir(), 'client-go-'))
try {
  const program = await build(directory)
  const options = { kubeconfig, seconds: 15 }
  const never = new AbortController().signal
  const [listed, watched] = await Promise.all(
    [false, true].map((watchList) =>
      run(program, { ...options, namespace: `client-go-${watchList ? 'watched' : 'listed'}`, watchList }, never)
    )
  )
  if (JSON.stringify(listed?.same) !== JSON.stringify(watched?.same))
    throw new Error('it did not see the same with lists and with watch lists')
  await writeFile(join(import.meta.dirname, 'recorded/program.recorded.json'), `${JSON.stringify(listed?.same, undefined, 2)}\n`)
} finally {
  await rm(directory, { recursive: true, force: true })
}
