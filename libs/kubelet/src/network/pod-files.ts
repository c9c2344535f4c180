/** /etc/hosts, /etc/resolv.conf and the host name of a pod, to the byte as a kubelet writes them. Pure. */
import type * as k8s from '@knative-ts/api/kubernetes'

const domain = 'svc.cluster.local'
/** What resolvers read at most. */
const mostNameservers = 3

/** The host name and, where the pod has a subdomain, its full name. */
function hostNamesOf({ metadata, spec }: k8s.Pod): { readonly host: string; readonly qualified: string | undefined } {
  const host = (spec?.hostname || metadata.name || '').slice(0, 63).replace(/[-.]+$/, '')
  const qualified = spec?.subdomain ? `${host}.${spec.subdomain}.${metadata.namespace}.${domain}` : undefined
  return { host, qualified }
}

/** What `hostname` prints in the pod. */
export function hostNameOf(pod: k8s.Pod): string {
  const { host, qualified } = hostNamesOf(pod)
  return pod.spec?.setHostnameAsFQDN === true ? (qualified ?? host) : host
}

/** /etc/hosts of a pod at `address`. */
export function hostsOf(pod: k8s.Pod, address: string): string {
  const { host, qualified } = hostNamesOf(pod)
  const names = qualified === undefined ? host : `${qualified}\t${host}`
  const aliases = (pod.spec?.hostAliases ?? []).map(({ ip, hostnames = [] }) => [ip, ...hostnames].join('\t'))
  return [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    `${address}\t${names}`,
    ...(aliases.length === 0 ? [] : ['', '# Entries added by HostAliases.', ...aliases]),
    ''
  ].join('\n')
}

/** /etc/resolv.conf of a pod. `dns` is the cluster's name server, `machine` the node's own file. */
export function resolvConfOf(pod: k8s.Pod, dns: string, machine: string): string {
  const { dnsPolicy = 'ClusterFirst', dnsConfig, hostNetwork } = pod.spec ?? {}
  const namespace = pod.metadata.namespace ?? ''
  const base =
    dnsPolicy === 'None'
      ? { nameservers: [], searches: [], options: [] }
      : dnsPolicy === 'Default' || (dnsPolicy === 'ClusterFirst' && hostNetwork === true)
        ? readResolvConf(machine)
        : { nameservers: [dns], searches: [`${namespace}.${domain}`, domain, 'cluster.local'], options: ['ndots:5'] }
  const nameservers = [...new Set([...base.nameservers, ...(dnsConfig?.nameservers ?? [])])].slice(0, mostNameservers)
  const searches = [...new Set([...base.searches, ...(dnsConfig?.searches ?? [])])]
  const options = new Map(base.options.map((option) => [option.split(':', 1)[0] as string, option]))
  for (const { name = '', value } of dnsConfig?.options ?? []) options.set(name, value === undefined ? name : `${name}:${value}`)
  return [
    ...(searches.length === 0 ? [] : [`search ${searches.join(' ')}`]),
    ...nameservers.map((each) => `nameserver ${each}`),
    ...(options.size === 0 ? [] : [`options ${[...options.values()].join(' ')}`]),
    ''
  ].join('\n')
}

function readResolvConf(text: string): { nameservers: string[]; searches: string[]; options: string[] } {
  const found = { nameservers: [] as string[], searches: [] as string[], options: [] as string[] }
  for (const line of text.split('\n')) {
    const [word, ...rest] = line.trim().split(/\s+/)
    if (word === 'nameserver') found.nameservers.push(...rest.slice(0, 1))
    else if (word === 'search') found.searches = rest
    else if (word === 'options') found.options = rest
  }
  return found
}
