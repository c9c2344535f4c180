import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Built, buildQueueProxy, type Chunk } from './testing/bundle.ts'

/** Asked for only where OBSERVABILITY_CONFIG sends spans or request metrics to a collector, or wants profiles. */
const exports = /libs\/telemetry\/src\/(tracing\/span-export|requests\/measured-export)\.ts$|libs\/host\/src\/profile-server\.ts$/

describe('the bundle of the queue-proxy', () => {
  let built: Built
  /** What is read of it when nothing is exported. */
  let modules: string[]

  beforeAll(async () => {
    built = await buildQueueProxy()
    const byFile = new Map(built.chunks.map((chunk) => [chunk.file, chunk]))
    const reached = new Set<Chunk>()
    const reach = (file: string): void => {
      const chunk = byFile.get(file)
      if (chunk === undefined || reached.has(chunk) || chunk.modules.some((id) => exports.test(id))) return
      reached.add(chunk)
      for (const other of [...chunk.imports, ...chunk.dynamicImports]) reach(other)
    }
    reach('main.mjs')
    modules = [...reached].flatMap((chunk) => [...chunk.modules])
  })
  afterAll(() => built.remove())

  it('holds the proxy core, and Nest for its composition', () => {
    expect(modules).toEqual(expect.arrayContaining([expect.stringContaining('libs/proxy/src/server/create-server.ts')]))
    expect(modules).toEqual(expect.arrayContaining([expect.stringContaining('node_modules/@nestjs/core/')]))
  })

  it.each([
    ['gRPC', /node_modules\/(@grpc|protobufjs|@bufbuild)\/|libs\/wire\//],
    ['a Kubernetes client', /node_modules\/@kubernetes\/|libs\/kube\//],
    ['zod', /node_modules\/zod\//],
    ['the OpenTelemetry SDK', /node_modules\/@opentelemetry\//],
    ['profilers', /node_modules\/pprof-format\/|libs\/telemetry\/src\/profiling\//],
    ['what only other roles need', /libs\/(api|apiserver|kubelet|scaling|traffic|testing)\//]
  ])('does not read %s', (_, forbidden) => {
    expect(modules.filter((id) => forbidden.test(id))).toEqual([])
  })

  it('has what exports in files of its own', () => {
    const all = built.chunks.flatMap((chunk) => [...chunk.modules])
    expect(all).toEqual(expect.arrayContaining([expect.stringMatching(exports), expect.stringContaining('node_modules/@opentelemetry/')]))
  })
})
