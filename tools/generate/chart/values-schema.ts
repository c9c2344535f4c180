/** JSON schemas of the charts' values. Strict: a name that means nothing is an error that says where it stands. */
import { appNames, roleShapes, type AnyRole } from '@knative-ts/api/system'
import { configKeys, openKeys } from './config-keys.ts'
import { rolesOf, type Subchart } from './subcharts.ts'

type Schema = Readonly<Record<string, unknown>>

const text: Schema = { type: 'string' }
const flag: Schema = { type: 'boolean' }
const map: Schema = { type: 'object', additionalProperties: text }
const free: Schema = { type: 'object' }
const objects: Schema = { type: 'array', items: free }
const count: Schema = { type: 'integer', minimum: 0 }
const word = (...words: string[]): Schema => ({ enum: words })
const closed = (properties: Record<string, Schema>): Schema => ({ type: 'object', properties, additionalProperties: false })
const port: Schema = { type: 'integer', minimum: 1, maximum: 65_535 }
const named: Schema = { type: 'array', items: { ...closed({ name: { type: 'string', minLength: 1 } }), required: ['name'] } }
const quantities: Schema = { type: 'object', additionalProperties: { type: ['string', 'number'] } }
/** Pods, or a share of them. */
const budget: Schema = { anyOf: [{ type: 'integer', minimum: 0 }, { type: 'string', pattern: '^[0-9]+%$' }, { type: 'null' }] }

/** Labels that objects have by themselves: said twice, YAML would be broken, and selectors would not fit. */
const moreLabels: Schema = {
  ...map,
  propertyNames: {
    not: {
      enum: [
        'app',
        'role',
        'app.kubernetes.io/name',
        'app.kubernetes.io/component',
        'app.kubernetes.io/version',
        'app.kubernetes.io/managed-by'
      ]
    }
  }
}

const variable: Schema = {
  ...closed({ name: { type: 'string', minLength: 1 }, value: text, valueFrom: free }),
  required: ['name'],
  not: { required: ['value', 'valueFrom'] }
}

const autoscaling = closed({
  enabled: flag,
  minReplicas: { type: 'integer', minimum: 1 },
  maxReplicas: { type: 'integer', minimum: 1 },
  targetCPU: { type: 'integer', minimum: 1 }
})

function role(name: AnyRole, { scalable }: Subchart): Schema {
  const { volume } = roleShapes[name]
  return closed({
    // One process writes a volume.
    replicas: volume === undefined ? count : { enum: [0, 1] },
    resources: closed({ requests: quantities, limits: quantities }),
    nodeSelector: map,
    affinity: free,
    tolerations: objects,
    priorityClassName: text,
    topologySpreadConstraints: objects,
    podLabels: moreLabels,
    podAnnotations: map,
    env: { type: 'array', items: variable },
    podDisruptionBudget: closed({ enabled: flag, minAvailable: budget, maxUnavailable: budget }),
    ...(scalable.includes(name) ? { autoscaling } : {}),
    ...(volume === undefined ? {} : { storage: closed({ size: text, className: text }) }),
    ...(name === 'controller' ? { registryCertificates: text } : {}),
    ...(name === 'gateway' ? { service: publicService } : {})
  })
}

const publicService = closed({
  type: word('LoadBalancer', 'NodePort', 'ClusterIP'),
  annotations: map,
  loadBalancerClass: text,
  externalTrafficPolicy: word('', 'Cluster', 'Local'),
  nodePorts: closed({ http: port, https: port })
})

function config({ part }: Subchart): Schema {
  const maps = Object.entries(configKeys(part)).map(([name, keys]) => {
    const open = openKeys(part)[name]
    const known = closed(Object.fromEntries(keys.map((key) => [key, text])))
    return [name, open === undefined ? known : { ...known, patternProperties: { [open]: text } }] as const
  })
  return closed(Object.fromEntries(maps))
}

const level = word('debug', 'info', 'warn', 'error', 'dpanic', 'panic', 'fatal')
const metricsProtocol = word('', 'none', 'prometheus', 'http/protobuf', 'grpc')
const exported = { protocol: metricsProtocol, endpoint: text, exportInterval: text }
/** A parent's own globals come along. */
const global: Schema = { type: 'object', properties: { registry: text, imagePullSecrets: named } }
const dialect = 'http://json-schema.org/draft-07/schema#'

/** What only one part has. */
const special: Readonly<
  Record<
    Subchart['part'],
    { readonly logging: Record<string, Schema>; readonly metrics: Record<string, Schema>; readonly more: Record<string, Schema> }
  >
> = {
  serving: {
    logging: { requestLog: closed({ enabled: flag, template: text }) },
    metrics: { requests: closed(exported) },
    more: {}
  },
  eventing: { logging: {}, metrics: {}, more: { channels: closed({ adapter: word('', 'log') }) } }
}

/** Of the chart of a part. */
export function partSchema(chart: Subchart): Schema {
  const { part } = chart
  const { logging, metrics, more } = special[part]
  return {
    $schema: dialect,
    title: `Values of Knative ${part === 'serving' ? 'Serving' : 'Eventing'}`,
    ...closed({
      global,
      /** Said by the chart above, when there is one. */
      enabled: flag,
      image: closed({
        registry: { type: 'string', minLength: 1 },
        tag: text,
        pullPolicy: word('IfNotPresent', 'Always', 'Never'),
        // Of all images, whatever the part uses: a release names them alike in both.
        digests: closed(Object.fromEntries(appNames.map((name) => [name, { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' }])))
      }),
      imagePullSecrets: named,
      namespace: closed({ create: flag }),
      extraLabels: moreLabels,
      podAnnotations: map,
      config: config(chart),
      logging: closed({ levels: { type: 'object', additionalProperties: level }, ...logging }),
      metrics: closed({ ...exported, ...metrics }),
      tracing: closed({
        protocol: word('', 'none', 'stdout', 'http/protobuf', 'grpc'),
        endpoint: text,
        samplingRate: { type: 'string', pattern: String.raw`^(0(\.[0-9]+)?|1(\.0+)?)?$` }
      }),
      profiling: closed({ enabled: flag }),
      serviceMonitor: closed({ enabled: flag, labels: map, interval: text }),
      dashboards: closed({ enabled: flag }),
      alerts: closed({ enabled: flag }),
      networkPolicy: closed({ enabled: flag }),
      ...more,
      ...Object.fromEntries(rolesOf(chart).map(({ role: name, value }) => [value, role(name, chart)]))
    })
  }
}

/** Of the chart above: its parts have schemas of their own, which helm applies too. */
export function umbrellaSchema(): Schema {
  return { $schema: dialect, title: 'Values of knative-ts', ...closed({ global, serving: free, eventing: free }) }
}
