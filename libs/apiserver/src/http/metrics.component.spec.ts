/** What the server tells of itself, and in whose name one may not ask. */
import { describe, expect, it } from '@jest/globals'
import { once } from 'node:events'
import { serverOfSuite } from '../suite-server.fixture.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'

describe('GET /metrics', () => {
  const server = serverOfSuite()
  const metrics = async () => (await server.ask('GET', '/metrics')).text.split('\n')

  it("counts requests by Kubernetes' labels", async () => {
    await server.ask('POST', MAPS, { metadata: { name: 'counted' } })
    await server.ask('POST', MAPS, { metadata: { name: 'counted' } })
    await server.ask('GET', MAPS)
    await server.ask('GET', '/livez')
    const lines = await metrics()
    const labels = 'component="apiserver",dry_run="",group="",resource="configmaps"'
    expect(lines).toContain(`apiserver_request_total{code="201",${labels},scope="resource",subresource="",verb="POST",version="v1"} 1`)
    expect(lines).toContain(`apiserver_request_total{code="409",${labels},scope="resource",subresource="",verb="POST",version="v1"} 1`)
    expect(lines).toContain(`apiserver_request_total{code="200",${labels},scope="namespace",subresource="",verb="LIST",version="v1"} 1`)
    expect(lines).toContain(
      'apiserver_request_total{code="200",component="",dry_run="",group="",resource="",scope="",subresource="/livez",verb="GET",version=""} 1'
    )
    expect(lines).toContain(
      `apiserver_request_duration_seconds_bucket{${labels},scope="resource",subresource="",verb="POST",version="v1",le="+Inf"} 2`
    )
  })

  it('tells what runs, what is kept, and what the process takes', async () => {
    const watch = await server.open(`${MAPS}?watch=1`)
    const running = 'resource="configmaps",scope="namespace",subresource="",verb="WATCH",version="v1"'
    const during = await metrics()
    expect(during).toContain(`apiserver_longrunning_requests{component="apiserver",group="",${running}} 1`)
    expect(during).toContain('apiserver_current_inflight_requests{request_kind="readOnly"} 1')
    expect(during).toContain('apiserver_storage_objects{resource="namespaces"} 4')
    expect(during).toContain('apiserver_resource_objects{group="apps",resource="deployments"} 0')
    expect(during.some((line) => /^process_resident_memory_bytes [1-9]\d+$/.test(line))).toBe(true)
    watch.destroy()
    await once(watch, 'close')
    const deadline = Date.now() + 60_000
    while (!(await metrics()).includes(`apiserver_longrunning_requests{component="apiserver",group="",${running}} 0`))
      expect(Date.now()).toBeLessThan(deadline)
  })

  it('has one series for all that is not served', async () => {
    const before = await metrics()
    for (const path of ['/apis/nobodys.example/v1/things', '/apis/others.example/v1/things', '/nowhere/1', '/nowhere/2'])
      await server.ask('GET', path)
    const total = (lines: readonly string[]) => lines.filter((line) => line.startsWith('apiserver_request_total')).length
    expect(total(await metrics()) - total(before)).toBeLessThanOrEqual(3)
  })

  it('is told to those who may', async () => {
    const eve = { headers: { 'impersonate-user': 'eve' } }
    expect(await server.ask('GET', '/metrics', undefined, eve)).toMatchObject({ status: 403 })
    await server.ask('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      metadata: { name: 'eve-monitors' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:monitoring' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'eve' }]
    })
    expect(await server.ask('GET', '/metrics', undefined, eve)).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores' }
    })
  })

  it('refuses to act for nobody by a plain text', async () => {
    expect(await server.ask('GET', '/apis?x=<b>', undefined, { headers: { 'impersonate-group': 'x' } })).toMatchObject({
      status: 500,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      text: 'Internal Server Error: "/apis?x=&lt;b&gt;": requested [{Group  x    }] without impersonating a user\n'
    })
  })
})
