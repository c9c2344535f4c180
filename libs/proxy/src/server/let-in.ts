/** Turns of the event loop in which a connection that waits is accepted, and its request read. */
const turns = 4

/**
 * Lets in who waits in the queues of listeners. Timers come first in the event loop: after a time in which the thread was busy, what looks like silence may be
 * requests that nobody has looked at.
 */
export async function letIn(): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
}
