/** Makes requests that are nearly right, the same ones for the same seed. */
import { seededRandom } from '@knative-ts/testing'
import { OBJECTS } from './fuzz-objects.fixture.ts'

export class Fuzz {
  readonly #random: () => number
  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  below(count: number): number {
    return Math.floor(this.#random() * count)
  }

  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  word(): string {
    const alphabet = [
      'a',
      'Z',
      '0',
      '.',
      '-',
      '_',
      '/',
      '%',
      '=',
      ',',
      '&',
      ' ',
      '"',
      "'",
      '\\',
      '{',
      '}',
      '[',
      ']',
      '$',
      'é',
      '\u0001',
      '*',
      '(',
      ')',
      '!'
    ]
    return Array.from({ length: this.below(12) }, () => this.one(alphabet)).join('')
  }

  value(depth = 0): unknown {
    const scalars = [
      null,
      true,
      false,
      0,
      -1,
      1e308,
      2 ** 53,
      0.1,
      '',
      'a',
      this.word(),
      '1Gi',
      '2026-11-21T00:00:00Z',
      '__proto__',
      'constructor'
    ]
    if (depth > 4 || this.below(3) === 0) return this.one(scalars)
    if (this.below(3) === 0) return Array.from({ length: this.below(4) }, () => this.value(depth + 1))
    const keys = [
      'metadata',
      'name',
      'spec',
      'data',
      'kind',
      'apiVersion',
      'labels',
      'containers',
      'ports',
      'template',
      'replicas',
      '__proto__',
      'op',
      'path',
      'value',
      '$patch',
      'status',
      this.word()
    ]
    return Object.fromEntries(Array.from({ length: this.below(5) }, () => [this.one(keys), this.value(depth + 1)]))
  }

  /** Changes one place of a value, in place. */
  spoil(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    const keys = Object.keys(value)
    const key = this.below(6) === 0 ? this.word() : this.one(keys)
    const inner = (value as Record<string, unknown>)[key]
    if (this.below(3) > 0 && typeof inner === 'object' && inner !== null) this.spoil(inner)
    else (value as Record<string, unknown>)[key] = this.value(2)
  }

  /** A method, and a path that knows it, most of the time. */
  target(): [method: string, path: string, resource: string] {
    const [root, resource] = this.one<readonly [string, string]>([
      ['/api/v1/namespaces/default', 'configmaps'],
      ['/api/v1/namespaces/default', 'secrets'],
      ['/api/v1/namespaces/default', 'pods'],
      ['/api/v1/namespaces/default', 'services'],
      ['/api/v1', 'namespaces'],
      ['/apis/apps/v1/namespaces/default', 'deployments'],
      ['/apis/batch/v1/namespaces/default', 'jobs'],
      ['/apis/rbac.authorization.k8s.io/v1', 'clusterroles'],
      ['/apis/fuzz.example.com/v1/namespaces/default', 'fuzzes'],
      ['/apis/authorization.k8s.io/v1', 'selfsubjectaccessreviews'],
      ['/apis/apiextensions.k8s.io/v1', 'customresourcedefinitions'],
      ['/apis/admissionregistration.k8s.io/v1', 'validatingwebhookconfigurations']
    ])
    const sub = this.one(['', '', '', '/status', '/scale', '/log', '/exec', '/token', '/eviction', `/${encodeURIComponent(this.word())}`])
    switch (this.below(8)) {
      case 0:
        return [this.one(['TRACE', 'OPTIONS', 'HEAD']), `${root}/${resource}`, resource]
      case 1:
        return ['GET', this.one(['/openapi/v3/api/v1', '/apis', '/version', `/${encodeURIComponent(this.word())}`]), resource]
      case 2:
        return ['GET', `${root}/${resource}${this.one(['', '/there', '/there/log'])}`, resource]
      case 3:
        return ['DELETE', `${root}/${resource}/${this.one(['a', encodeURIComponent(this.word()) || 'b'])}`, resource]
      case 4:
      case 5:
        return ['POST', `${root}/${resource}`, resource]
      default:
        return [this.one(['PUT', 'PATCH', 'PATCH']), `${root}/${resource}/there${sub}`, resource]
    }
  }

  query(): string {
    const names = [
      'limit',
      'continue',
      'labelSelector',
      'fieldSelector',
      'resourceVersion',
      'resourceVersionMatch',
      'dryRun',
      'fieldManager',
      'fieldValidation',
      'force',
      'timeoutSeconds',
      'pretty',
      'sendInitialEvents',
      'propagationPolicy',
      'gracePeriodSeconds',
      'includeObject',
      'command',
      'container',
      this.word()
    ]
    const values = [
      '',
      'true',
      'All',
      '0',
      '1',
      '-1',
      '99999999999999999999',
      'a=b',
      'a in (b',
      'metadata.name=x',
      'eyJ2IjoxfQ',
      this.word()
    ]
    const pairs = Array.from({ length: this.below(3) }, (): [string, string] => [this.one(names), this.one(values)])
    const query = new URLSearchParams(pairs)
    return this.below(8) === 0 ? `%zz&&=&${query}` : String(query)
  }

  headers(): Record<string, string> {
    const header = this.one<readonly [string, readonly string[]]>([
      [
        'accept',
        [
          'application/json;as=Table;v=v1;g=meta.k8s.io',
          'application/json;as=',
          'application/yaml',
          'a/b',
          ';;;',
          '*/*;q=x',
          'application/vnd.kubernetes.protobuf'
        ]
      ],
      ['content-encoding', ['gzip', 'br', 'x']],
      ['authorization', ['Bearer', 'Bearer a.b.c', 'Basic xx', 'Bearer eyJhbGciOiJub25lIn0.e30.']],
      ['impersonate-user', ['a', '', 'system:masters']],
      ['impersonate-extra-%zz', ['a']],
      ['accept-encoding', ['gzip', 'gzip;q=0', 'x']],
      ['user-agent', ['', 'a'.repeat(5000), '\u00e9/1']],
      ['x-odd', ['a'.repeat(2000)]]
    ])
    return this.below(2) === 0 ? {} : { [header[0]]: this.one(header[1]) }
  }

  body(resource: string): string | Uint8Array {
    switch (this.below(16)) {
      case 0:
        return Uint8Array.from({ length: this.below(200) }, () => this.below(256))
      case 1:
        return '['.repeat(this.below(100_000))
      case 2:
        return `k8s\0${String.fromCharCode(this.below(128), this.below(128), this.below(128))}${this.word()}`
      case 3:
        return `a: &a [${this.word()}]\nb: *a\n? x\n: - ${this.word()}`
      case 4:
        return JSON.stringify(this.value())
      case 5:
        return JSON.stringify([{ op: this.one(['add', 'remove', 'test', 'move', 'x']), path: `/${this.word()}`, value: this.value() }])
      default: {
        const object = structuredClone({ metadata: { name: this.one(['there', 'a', 'b']), labels: { l: 'm' } }, ...OBJECTS[resource] })
        for (let times = this.below(3); times > 0; times--) this.spoil(object)
        const text = JSON.stringify(object)
        return this.below(20) === 0 ? text.slice(0, -1 - this.below(5)) : text
      }
    }
  }

  type(method: string): string {
    const patches = [
      'application/merge-patch+json',
      'application/json-patch+json',
      'application/strategic-merge-patch+json',
      'application/apply-patch+yaml'
    ]
    if (this.below(10) === 0) return this.one(['a/b', '', 'application/vnd.kubernetes.protobuf', ...patches])
    return method === 'PATCH' ? this.one(patches) : this.one(['application/json', 'application/yaml'])
  }
}
