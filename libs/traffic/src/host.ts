/** Host names of a Route and its tags. */

/** A target is reachable from everywhere, or inside the cluster only. */
export type Visibility = 'ExternalIP' | 'ClusterLocal'

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

/**
 * The names by which pods may call `name.namespace.svc.<clusterDomain>`: itself and its shorter forms, shortest first.
 * A form whose last label is a number, or longer than 63 characters, is no host name and is left out.
 */
export function localNames(name: string, namespace: string, clusterDomain: string): string[] {
  return [`${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.${clusterDomain}`].filter(endsInALabel)
}

function endsInALabel(host: string): boolean {
  const last = host.slice(host.lastIndexOf('.') + 1)
  return last.length <= 63 && !/^[0-9]+$/.test(last)
}

/** What keeps `domain` from being a fully qualified host name; undefined when it is one. */
export function hostNameProblem(domain: string): string | undefined {
  const labels = domain.split('.')
  if (labels.length < 2) return `"${domain}" must be a domain with at least two segments separated by dots`
  if (domain.length > 253) return `"${domain}" must be no more than 253 characters`
  const bad = labels.find((part) => !label.test(part))
  if (bad === undefined) return undefined
  return `"${domain}": "${bad}" must consist of 1 to 63 lower case alphanumeric characters or '-', and start and end alphanumeric`
}

/** The narrower of several visibilities: inside only when any of them says so. */
export function narrowest(...all: readonly Visibility[]): Visibility {
  return all.includes('ClusterLocal') ? 'ClusterLocal' : 'ExternalIP'
}
