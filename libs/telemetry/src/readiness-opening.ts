/** How a queue-proxy begins the line in which it says what its readiness probe found: the controller knows it by that, and hands it on in a condition. */
export const readinessOpening = 'Readiness probe failed: '
