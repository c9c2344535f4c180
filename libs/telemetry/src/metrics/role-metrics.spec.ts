import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { connect, createReconcileLoop, createInformerFactory, settled, triggeredBy, again } from '@knative-ts/kube'
import { configMaps } from '@knative-ts/api/kubernetes'
import { configMap, eventually, fakeCluster, keptLog } from '@knative-ts/testing'
import { createRoleMetrics } from './role-metrics.ts'

/** Lines of Prometheus text without the scope, which is the same for all. */
const linesOf = (text: string): string[] => text.split('\n').map((line) => line.replace(/,?otel_scope_name="[^"]*"/, ''))

describe('what every role measures', () => {
  const metrics = createRoleMetrics('controller', { POD_NAME: 'controller-1', SYSTEM_NAMESPACE: 'knative-serving' })
  const server = createServer((request, response) =>
    response
      .writeHead(request.url?.includes('missing') === true ? 404 : 200, { 'content-type': 'application/json' })
      .end('{"kind":"Status","status":"Failure","code":404,"reason":"NotFound"}')
  )
  let port = 0
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  it('says whose it is', async () => {
    expect(await metrics.expose()).toContain(
      'target_info{service_name="controller",k8s_namespace_name="knative-serving",k8s_pod_name="controller-1",service_instance_id="controller-1"} 1'
    )
  })

  it('has process, event loop and heap', async () => {
    const text = await metrics.expose()
    const value = (line: RegExp): number => Number(line.exec(text)?.[1])
    expect(value(/^process_memory_usage_bytes\S* (\S+)/m)).toBeGreaterThan(10e6)
    expect(value(/^process_cpu_time_seconds_total\{cpu_mode="user"\S* (\S+)/m)).toBeGreaterThan(0)
    expect(value(/^v8js_memory_heap_used_bytes\{v8js_heap_space_name="old_space"\S* (\S+)/m)).toBeGreaterThan(1e5)
    expect(value(/^nodejs_eventloop_time_seconds_total\{nodejs_eventloop_state="active"\S* (\S+)/m)).toBeGreaterThan(0)
    await eventually(async () => (await metrics.expose()).includes('nodejs_eventloop_delay_p99_seconds'), 'delays of the event loop')
  })

  it('counts calls of the API server by method and code, and times them by path without names', async () => {
    const client = connect({ server: `http://127.0.0.1:${port}`, namespace: 'default' })
    await client.raw({ method: 'GET', path: '/api/v1/namespaces/a/pods/b/log' })
    await expect(client.get(configMaps, { namespace: 'a', name: 'missing' })).rejects.toThrow()
    await expect(connect({ server: 'http://127.0.0.1:1', namespace: 'default' }).raw({ method: 'GET', path: '/version' })).rejects.toThrow()
    client.close()
    const lines = linesOf(await metrics.expose())
    expect(lines).toEqual(
      expect.arrayContaining([
        'kn_k8s_client_http_response_status_code_total{http_request_method="GET",server_address="127.0.0.1",http_response_status_code="200"} 1',
        'kn_k8s_client_http_response_status_code_total{http_request_method="GET",server_address="127.0.0.1",http_response_status_code="404"} 1',
        'kn_k8s_client_http_response_status_code_total{http_request_method="GET",server_address="127.0.0.1"} 1',
        `http_client_request_duration_seconds_count{http_request_method="GET",server_address="127.0.0.1",server_port="${port}",url_scheme="http",url_template="/api/v1/namespaces/{namespace}/pods/{name}/log"} 1`
      ])
    )
  })

  it('follows work queues: what is added, taken, repeated, and how passes end', async () => {
    const cluster = fakeCluster({ objects: [configMap({ metadata: { name: 'one' } }), configMap({ metadata: { name: 'two' } })] })
    const factory = createInformerFactory(cluster.client, { log: keptLog() })
    const stop = new AbortController()
    const held = Promise.withResolvers<void>()
    let passes = 0
    const loop = createReconcileLoop({
      name: 'under-test',
      log: keptLog(),
      workers: 1,
      triggers: [triggeredBy(factory.informer(configMaps))],
      reconcile: async () => {
        passes++
        if (passes === 1) return again(1)
        if (passes === 2) throw new Error('not this time')
        if (passes === 5) await held.promise
        return settled
      }
    })
    await factory.start(stop.signal)
    const running = loop.run(stop.signal)
    await eventually(() => passes === 4, 'four passes')
    loop.enqueue({ namespace: 'default', name: 'one' })
    await eventually(() => passes === 5, 'the fifth pass')
    loop.enqueue({ namespace: 'default', name: 'two' })
    const queue = (lines: readonly string[], metric: string): string | undefined =>
      lines.find((line) => line.startsWith(`${metric}{name="under-test"`))?.split(' ')[1]
    const busy = linesOf(await metrics.expose())
    expect([queue(busy, 'kn_workqueue_adds_total'), queue(busy, 'kn_workqueue_retries_total'), queue(busy, 'kn_workqueue_depth')]).toEqual([
      '6',
      '2',
      '1'
    ])
    expect(Number(queue(busy, 'kn_workqueue_longest_running_processor_seconds'))).toBeGreaterThan(0)
    held.resolve()
    await eventually(() => passes === 6, 'the last pass')
    stop.abort()
    await running
    const idle = linesOf(await metrics.expose())
    expect(idle).toEqual(
      expect.arrayContaining([
        'kn_reconcile_count_total{name="under-test",outcome="again"} 1',
        'kn_reconcile_count_total{name="under-test",outcome="failed"} 1',
        'kn_reconcile_count_total{name="under-test",outcome="settled"} 4',
        'kn_workqueue_depth{name="under-test"} 0',
        'kn_workqueue_unfinished_work_seconds{name="under-test"} 0',
        'kn_workqueue_process_duration_seconds_count{name="under-test"} 6',
        'kn_workqueue_queue_duration_seconds_count{name="under-test"} 6'
      ])
    )
  })
})
