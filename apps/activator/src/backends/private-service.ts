import { childName, type ObjectKey } from '@knative-ts/api'
import { services } from '@knative-ts/api/kubernetes'
import { isNotFound, type KubeClient, socketAddress } from '@knative-ts/kube'

const plainPorts = ['http', 'http2']

/**
 * `address:port` of the revision's private Service, of its port for TLS when `secured`; undefined while there is none. The API server is asked: one that
 * somebody deletes is made anew with another address.
 */
export async function privateServiceOf(
  client: KubeClient,
  { namespace = '', name }: ObjectKey,
  secured: boolean
): Promise<string | undefined> {
  try {
    const { spec } = await client.get(services, { namespace, name: childName(name, '-private') })
    const address = spec?.clusterIP ?? ''
    const port = spec?.ports?.find((one) => (secured ? one.name === 'https' : plainPorts.includes(one.name ?? '')))?.port
    return address === '' || address === 'None' || port === undefined ? undefined : socketAddress(address, port)
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}
