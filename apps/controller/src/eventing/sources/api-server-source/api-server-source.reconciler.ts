import {
  apiServerSourceConditions,
  apiServerSources,
  skipPermissionsAnnotation,
  type ApiServerSource,
  type ApiServerSourceStatus
} from '@knative-ts/api'
import type { Deployment } from '@knative-ts/api/kubernetes'
import { ensureOwned, type EventRecorder, Marks, type Outcome, settled } from '@knative-ts/kube'
import type { Addressed } from '../../destinations/addressed.ts'
import type { Resolver } from '../../destinations/resolver.ts'
import type { EventingWorld } from '../../eventing-world.ts'
import { markIdentity } from '../../marking/mark-policies.ts'
import { changedDeployment } from '../changed-deployment.ts'
import { followDeployment } from '../follow-deployment.ts'
import type { SourceObjects } from '../source-objects.ts'
import { resolveSink } from '../source-sink.ts'
import { adapterOf } from './adapter-of.ts'
import { missingPermissions } from './permissions.ts'
import { watchedNamespaces, type WatchedNamespaces } from './watched-namespaces.ts'
import { watchedResources } from './watched-resources.ts'

type Current = ApiServerSource & { status: ApiServerSourceStatus }

/** How adapters are run. */
export interface AdapterInstallation {
  readonly image: string
  /** The source of their events. */
  readonly apiServerUrl: string
  /** Whether failures to send become Events of their sources. */
  readonly reportsFailures: () => boolean
}

/** An ApiServerSource is a Deployment that watches under its user's ServiceAccount. */
export class ApiServerSourceReconciler {
  readonly #world: EventingWorld
  readonly #objects: SourceObjects
  readonly #resolver: Resolver
  readonly #recorder: EventRecorder
  readonly #installation: AdapterInstallation

  constructor(
    {
      world,
      objects,
      installation
    }: { readonly world: EventingWorld; readonly objects: SourceObjects; readonly installation: AdapterInstallation },
    resolver: Resolver,
    recorder: EventRecorder
  ) {
    this.#world = world
    this.#objects = objects
    this.#installation = installation
    this.#resolver = resolver
    this.#recorder = recorder
  }

  async reconcile(source: Current): Promise<Outcome> {
    const { status, spec } = source
    const marks = new Marks(status, apiServerSourceConditions)
    this.#resolver.begin(source)
    const sink = await resolveSink(source, this.#resolver, marks)
    markIdentity(marks, this.#world.settings)
    const namespaces = watchedNamespaces(source, this.#world.objects.namespaces.list())
    status.namespaces = [...namespaces.names]
    await this.#permitted(source, namespaces, marks)
    followDeployment(marks, 'Deployed', await this.#adapter(source, sink, namespaces))
    const kind = spec.mode === 'Resource' ? 'resource' : 'ref'
    status.ceAttributes = ['add', 'delete', 'update'].map((change) => ({
      type: `dev.knative.apiserver.${kind}.${change}`,
      source: this.#installation.apiServerUrl
    }))
    return settled
  }

  /** Throws when the ServiceAccount may not watch: nothing tells when it may, so it is asked for again. */
  async #permitted(source: Current, namespaces: WatchedNamespaces, marks: Marks): Promise<void> {
    const missing = unchecked(source)
      ? undefined
      : await missingPermissions(this.#world.client, source, namespaces, watchedResources(source))
    if (missing === undefined) {
      marks.true('SufficientPermissions')
      return
    }
    marks.false('SufficientPermissions', missing.reason, missing.words)
    throw new Error(`insufficient permissions: ${missing.words}`)
  }

  async #adapter(source: Current, sink: Addressed, namespaces: WatchedNamespaces): Promise<Deployment> {
    const desired = adapterOf(source, {
      image: this.#installation.image,
      systemNamespace: this.#world.systemNamespace,
      sink,
      namespaces,
      resources: watchedResources(source),
      nodeSelector: this.#world.settings.features().apiServerSourceNodeSelector,
      reportsFailures: this.#installation.reportsFailures(),
      failFast: unchecked(source)
    })
    const change = (current: Deployment): Deployment | undefined => changedDeployment(current, desired)
    const { object, action } = await ensureOwned(this.#objects.deployments, source, apiServerSources, desired, change)
    if (action === 'created') this.#recorder.record(source, 'Normal', 'ApiServerSourceDeploymentCreated', 'Deployment created')
    if (action === 'updated')
      this.#recorder.record(source, 'Normal', 'ApiServerSourceDeploymentUpdated', `Deployment "${object.metadata.name}" updated`)
    return object
  }
}

const unchecked = ({ metadata }: ApiServerSource): boolean => metadata.annotations?.[skipPermissionsAnnotation] === 'true'
