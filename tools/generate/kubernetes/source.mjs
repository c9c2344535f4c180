/** Where Kubernetes' published API description is read from: Go modules, by the ordinary `go` client (its cache, its proxy settings). */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The Kubernetes release that the embedded API server speaks. The staging modules carry the same numbers with major 0. */
export const KUBERNETES = '1.34.4'

/** Groups in the order in which short type names are given out, with the versions served. The first version is the preferred one. */
export const GROUPS = [
  { group: '', versions: ['v1'] },
  { group: 'apps', versions: ['v1'] },
  { group: 'batch', versions: ['v1'] },
  { group: 'autoscaling', versions: ['v2', 'v1'] },
  { group: 'policy', versions: ['v1'] },
  { group: 'networking.k8s.io', versions: ['v1'] },
  { group: 'rbac.authorization.k8s.io', versions: ['v1'] },
  { group: 'coordination.k8s.io', versions: ['v1'] },
  { group: 'discovery.k8s.io', versions: ['v1'] },
  { group: 'events.k8s.io', versions: ['v1'] },
  { group: 'apiextensions.k8s.io', versions: ['v1'] },
  { group: 'admissionregistration.k8s.io', versions: ['v1'] },
  { group: 'apiregistration.k8s.io', versions: ['v1'] },
  { group: 'authentication.k8s.io', versions: ['v1'] },
  { group: 'authorization.k8s.io', versions: ['v1'] },
  { group: 'storage.k8s.io', versions: ['v1'] },
  { group: 'scheduling.k8s.io', versions: ['v1'] },
  { group: 'node.k8s.io', versions: ['v1'] },
  { group: 'certificates.k8s.io', versions: ['v1'] },
  { group: 'flowcontrol.apiserver.k8s.io', versions: ['v1'] }
]

/** Every served group and version, in the order of {@link GROUPS}. */
export const GROUP_VERSIONS = GROUPS.flatMap(({ group, versions }) => versions.map((version) => ({ group, version })))

/** `api/v1` or `apis/apps/v1`: the path of a group version, as the OpenAPI index names it. */
export function pathOf({ group, version }) {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`
}

function moduleDir(module) {
  let answer
  try {
    answer = execFileSync('go', ['mod', 'download', '-json', module], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 300_000
    })
  } catch (error) {
    const reason = error.code === 'ENOENT' ? 'the `go` command was not found' : String(error.stderr || error.stdout || error.message).trim()
    throw new Error(
      `Cannot read ${module}: ${reason}.\nThe Kubernetes API data is generated from Kubernetes' Go modules: install Go 1.21 or later, ` +
        `allow it to reach a module proxy (see GOPROXY), and run this again.`,
      { cause: error }
    )
  }
  return JSON.parse(answer).Dir
}

/** Opens the published documents; each reader parses on demand. Throws a sentence that says what to do when the modules cannot be had. */
export function openSource() {
  const kubernetes = moduleDir(`k8s.io/kubernetes@v${KUBERNETES}`)
  const staging = `v0.${KUBERNETES.slice(2)}`
  const specs = join(kubernetes, 'api')
  const json = (...path) => JSON.parse(readFileSync(join(specs, ...path), 'utf8'))
  const documents = new Map()
  return {
    /** The OpenAPI v3 document of a group version. */
    openApi(groupVersion) {
      const name = `${pathOf(groupVersion).replaceAll('/', '__')}_openapi.json`
      if (!documents.has(name)) documents.set(name, json('openapi-spec', 'v3', name))
      return documents.get(name)
    },
    /** The legacy discovery list (APIResourceList) of a group version. */
    discovery: (groupVersion) => json('discovery', `${pathOf(groupVersion).replaceAll('/', '__')}.json`),
    /** The Go source of the table printers. */
    printers: () => readFileSync(join(kubernetes, 'pkg/printers/internalversion/printers.go'), 'utf8'),
    /** Group names in discovery order. */
    groups: () => json('discovery', 'apis.json').groups.map((group) => group.name),
    /** The directories that hold the .proto files of the staging modules, keyed by import prefix. */
    protoRoots: () =>
      new Map(
        ['k8s.io/api', 'k8s.io/apimachinery', 'k8s.io/apiextensions-apiserver', 'k8s.io/kube-aggregator'].map((module) => [
          module,
          moduleDir(`${module}@${staging}`)
        ])
      )
  }
}
