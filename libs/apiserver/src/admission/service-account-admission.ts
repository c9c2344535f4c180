/** The ServiceAccount admission plugin: every pod runs as an account and finds its token at the well-known path. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbidden } from '../http/errors.ts'
import type { Call, World } from '../requests/call.ts'
import { generateName } from '../builtin/generated-name.ts'

const MOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'
const FILE_MODE = 0o644
/** One hour and a little: the sign of a token that the agent renews. */
const TOKEN_SECONDS = 3607
const PREFIX = 'kube-api-access-'
const MIRROR = 'kubernetes.io/config.mirror'

/** Changes `pod` in place. Throws 403 when its account does not exist. */
export function admitServiceAccount(world: World, call: Call, pod: k8s.Pod): void {
  const { spec } = pod
  if (spec === undefined || pod.metadata.annotations?.[MIRROR] !== undefined) return
  spec.serviceAccountName ||= 'default'
  spec.serviceAccount = spec.serviceAccountName
  const key = { resource: '/serviceaccounts', namespace: call.namespace, name: spec.serviceAccountName }
  const account = world.store.get(key)?.object as k8s.ServiceAccount | undefined
  if (account === undefined) {
    const why = `error looking up service account ${call.namespace}/${spec.serviceAccountName}: serviceaccount ${JSON.stringify(spec.serviceAccountName)} not found`
    throw forbidden(call.type, pod.metadata.name ?? '', why)
  }
  if (account.imagePullSecrets !== undefined && (spec.imagePullSecrets ?? []).length === 0)
    spec.imagePullSecrets = [...account.imagePullSecrets]
  if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(spec)
}

function mountToken(spec: k8s.PodSpec): void {
  const lacking = [...(spec.initContainers ?? []), ...(spec.containers ?? [])].filter(
    ({ volumeMounts = [] }) => !volumeMounts.some(({ mountPath }) => mountPath === MOUNT)
  )
  if (lacking.length === 0) return
  const known = spec.volumes?.find((volume) => volume.name?.startsWith(PREFIX))
  const name = known?.name ?? generateName(PREFIX)
  for (const container of lacking) {
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: MOUNT }]
  }
  if (known !== undefined) return
  const sources = [
    { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } }
  ]
  spec.volumes = [...(spec.volumes ?? []), { name, projected: { sources, defaultMode: FILE_MODE } }]
}
