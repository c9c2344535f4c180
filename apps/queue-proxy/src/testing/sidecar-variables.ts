/** The variables that the Revision reconciler sets, for one test pod. */
export function sidecarVariables(userPort: number): Record<string, string> {
  return {
    CONTAINER_CONCURRENCY: '0',
    QUEUE_SERVING_TLS_PORT: '8112',
    USER_PORT: String(userPort),
    REVISION_TIMEOUT_SECONDS: '300',
    SERVING_LOGGING_CONFIG: '',
    SERVING_LOGGING_LEVEL: '',
    SERVING_NAMESPACE: 'default',
    SERVING_SERVICE: 'hello',
    SERVING_CONFIGURATION: 'hello',
    SERVING_REVISION: 'hello-00001',
    SERVING_POD: 'hello-00001-pod',
    SERVING_POD_IP: '127.0.0.1',
    SERVING_READINESS_PROBE: JSON.stringify({ tcpSocket: { port: userPort, host: '127.0.0.1' }, successThreshold: 1 }),
    QUEUE_DRAIN_QUIET_SECONDS: '1'
  }
}
