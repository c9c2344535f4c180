import type { KubeObject } from '../../object.ts'
import type { Container, EnvVar, PodTemplateSpec } from '../../kubernetes/index.ts'
import type { CloudEventOverrides } from '../../duck/source.schema.ts'

/** What a SinkBinding tells the containers of its subjects. */
export interface Injection {
  readonly sinkUri: string
  readonly caCerts?: string | undefined
  readonly overrides?: CloudEventOverrides | undefined
}

/** An object with a pod template: of Deployments and the like in `spec.template`, of a CronJob in `spec.jobTemplate.spec.template`. */
interface PodSpecable extends KubeObject {
  readonly spec?: {
    readonly template?: PodTemplateSpec
    readonly jobTemplate?: { readonly spec?: { readonly template?: PodTemplateSpec } }
  }
}

/** The variables of a SinkBinding, which nobody else sets while one is there. */
const bindingVariables: ReadonlySet<string> = new Set(['K_SINK', 'K_CA_CERTS', 'K_CE_OVERRIDES'])

/** A copy of the object whose containers, also the initial ones, are told where events go to; others' variables stay (reference 5.4). */
export function withSink<T extends KubeObject>(object: T, { sinkUri, caCerts, overrides }: Injection): T {
  const told: EnvVar[] = [
    { name: 'K_SINK', value: sinkUri },
    ...(caCerts === undefined || caCerts === '' ? [] : [{ name: 'K_CA_CERTS', value: caCerts }]),
    // Without a value, which is how an empty one is stored.
    overrides === undefined ? { name: 'K_CE_OVERRIDES' } : { name: 'K_CE_OVERRIDES', value: JSON.stringify(overrides) }
  ]
  return withEnvironment(object, (env) => [...others(env), ...told])
}

/** A copy of the object without what {@link withSink} sets. */
export function withoutSink<T extends KubeObject>(object: T): T {
  return withEnvironment(object, others)
}

/** The pod template of an object, and the JSON pointer to it; undefined when it has none. */
export function podTemplateOf(object: KubeObject): { readonly template: PodTemplateSpec; readonly path: string } | undefined {
  const { template, jobTemplate } = (object as PodSpecable).spec ?? {}
  const ofJobs = jobTemplate?.spec?.template
  if (template?.spec !== undefined) return { template, path: '/spec/template' }
  return ofJobs?.spec === undefined ? undefined : { template: ofJobs, path: '/spec/jobTemplate/spec/template' }
}

/** One step of a JSON patch (RFC 6902). */
export interface InjectionStep {
  readonly op: 'add' | 'remove' | 'test'
  readonly path: string
  readonly value?: unknown
}

/**
 * The JSON patch from one object to the same with other variables; empty when they are equal. Containers are tested by their names, so that
 * a patch never tells the wrong one.
 */
export function injectionPatch(before: KubeObject, after: KubeObject): readonly InjectionStep[] {
  const [from, to] = [podTemplateOf(before), podTemplateOf(after)]
  if (from === undefined || to === undefined) return []
  return (['initContainers', 'containers'] as const).flatMap((list) =>
    (to.template.spec?.[list] ?? []).flatMap((container, index): InjectionStep[] => {
      const present = from.template.spec?.[list]?.[index]
      if (present === undefined || JSON.stringify(present.env) === JSON.stringify(container.env)) return []
      const path = `${from.path}/spec/${list}/${index}`
      const named: InjectionStep[] = present.name === undefined ? [] : [{ op: 'test', path: `${path}/name`, value: present.name }]
      if (container.env === undefined) return [...named, { op: 'remove', path: `${path}/env` }]
      return [...named, { op: 'add', path: `${path}/env`, value: container.env }]
    })
  )
}

const others = (env: readonly EnvVar[]): EnvVar[] => env.filter(({ name }) => !bindingVariables.has(name))

function withEnvironment<T extends KubeObject>(object: T, change: (env: readonly EnvVar[]) => EnvVar[]): T {
  const found = podTemplateOf(object)
  if (found === undefined) return object
  const { spec, ...rest } = found.template
  if (spec === undefined) return object
  const changed = (container: Container): Container => {
    const env = change(container.env ?? [])
    const { env: _before, ...own } = container
    return env.length === 0 && container.env === undefined ? container : env.length === 0 ? own : { ...own, env }
  }
  const template: PodTemplateSpec = {
    ...rest,
    spec: {
      ...spec,
      containers: (spec.containers ?? []).map(changed),
      ...(spec.initContainers !== undefined && { initContainers: spec.initContainers.map(changed) })
    }
  }
  const own = (object as PodSpecable).spec ?? {}
  if (found.path === '/spec/template') return { ...object, spec: { ...own, template } }
  return { ...object, spec: { ...own, jobTemplate: { ...own.jobTemplate, spec: { ...own.jobTemplate?.spec, template } } } }
}
