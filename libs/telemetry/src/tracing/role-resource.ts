/** Whose spans these are, under OpenTelemetry's names: `role` unless `OTEL_SERVICE_NAME` says otherwise, and its pod. */
export function roleResource(
  role: string,
  { POD_NAME, SYSTEM_NAMESPACE }: { readonly POD_NAME: string; readonly SYSTEM_NAMESPACE: string }
): Readonly<Record<string, string>> {
  return {
    'service.name': process.env['OTEL_SERVICE_NAME'] ?? role,
    'service.instance.id': POD_NAME,
    'k8s.pod.name': POD_NAME,
    'k8s.namespace.name': SYSTEM_NAMESPACE
  }
}
