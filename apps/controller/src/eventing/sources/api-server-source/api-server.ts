/** Where pods reach the API server: what ApiServerSources call the source of their events. */
export function apiServerUrl(environment: Readonly<Record<string, string | undefined>>): string {
  const { KUBERNETES_SERVICE_HOST: host = 'kubernetes.default.svc', KUBERNETES_SERVICE_PORT: port = '443' } = environment
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`
}
