/** First inherited descriptor in systemd's socket activation protocol. */
const firstInherited = 3

/** A listening socket that this process got from its parent, and the listener that it is for. */
export interface InheritedSocket {
  readonly listener: 'public' | 'https'
  readonly fd: number
}

/** The sockets that were inherited, by the names of their ports: sockets without a name are public ones. */
export function inheritedSockets({
  LISTEN_FDS,
  LISTEN_FDNAMES
}: {
  readonly LISTEN_FDS: number
  readonly LISTEN_FDNAMES: string
}): InheritedSocket[] {
  const names = LISTEN_FDNAMES.split(':')
  return Array.from({ length: LISTEN_FDS }, (_, index) => ({
    listener: names[index] === 'https-public' ? 'https' : 'public',
    fd: firstInherited + index
  }))
}
