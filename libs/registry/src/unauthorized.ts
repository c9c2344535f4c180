/**
 * Why a registry lets nobody in, and what to do. `tried` are the origins of the credentials that it refused, `problems` phrases about those that could not
 * be tried.
 */
export function unauthorized(host: string, path: string, tried: readonly string[], problems: readonly string[]): string {
  const named = problems.length === 0 ? '' : ` (${problems.join('; ')})`
  if (tried.length > 0) {
    const whose = [...new Set(tried)].join(' and ')
    return `the registry ${host} refused the credentials of ${whose} for ${path}: put valid ones there${named}`
  }
  if (problems.length > 0) return `the registry ${host} wants credentials for ${path}, and there are none: ${problems.join('; ')}`
  return `the registry ${host} wants credentials for ${path}: create a Secret of type kubernetes.io/dockerconfigjson with them, and name it in imagePullSecrets`
}
