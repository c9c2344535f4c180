import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Server, Socket } from 'node:net'
import { readyPod } from '@knative-ts/testing'
import type { Pod } from '@knative-ts/api/kubernetes'

let serial = 0

/** A loopback address that no other test process uses: pods listen on a fixed port. */
export function nextIp(): string {
  serial++
  // Others have processes of their own, whose ids are near.
  return `127.${128 + ((process.pid >> 8) & 0x7f)}.${process.pid & 0xff}.${serial}`
}

/** A queue-proxy as the activator sees it: answers probes, and counts what runs. */
export class FakePod {
  readonly name: string
  readonly ip = nextIp()
  /** What probes are told. */
  ready = true
  running = 0
  mostRunning = 0
  served = 0
  readonly seen: IncomingMessage[] = []
  /** Probes that came, by their headers. */
  readonly probes: IncomingMessage['headers'][] = []
  /** Answers a request; 200 with the pod's name unless a test says otherwise. */
  answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void> = (_request, response) =>
    void response.end(this.name)
  readonly #revision: string
  readonly #sockets = new Set<Socket>()
  #server: Server = createServer()
  #secured = false

  constructor(name: string, revision = 'hello-00001') {
    this.name = name
    this.#revision = revision
  }

  /** Over TLS with a certificate, as where `system-internal-tls` is on; its port is 8112 then. */
  async open(port?: number, certificate?: { readonly cert: string; readonly key: string }): Promise<this> {
    const listener = (request: IncomingMessage, response: ServerResponse): void => void this.#serve(request, response)
    this.#secured = certificate !== undefined
    this.#server = certificate === undefined ? createServer(listener) : createSecureServer(certificate, listener)
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port ?? (this.#secured ? 8112 : 8012), this.ip, resolve)
    })
    return this
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** As kill -9 does: no listener, every connection broken. */
  kill(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** The Pod object; the kubelet's word is a matter of its own. */
  object(kubeletSaysReady = true): Pod {
    const status = kubeletSaysReady ? 'True' : 'False'
    const volumeMounts = [{ name: 'server-certs', mountPath: '/var/lib/knative/certs' }]
    return readyPod({
      ...(this.#secured ? { spec: { containers: [{ name: 'queue-proxy', volumeMounts }] } as never } : {}),
      metadata: { name: this.name, labels: { 'serving.knative.dev/revision': this.#revision } },
      status: { podIP: this.ip, conditions: [{ type: 'Ready', status }] }
    })
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers['user-agent']?.startsWith('Knative-Activator-Probe')) {
      this.probes.push(request.headers)
      response.writeHead(this.ready ? 200 : 503).end(this.ready ? 'queue' : '')
      return
    }
    this.seen.push(request)
    this.running++
    this.mostRunning = Math.max(this.mostRunning, this.running)
    // Either may come alone: a killed pod's responses close without finishing.
    response.once('close', () => {
      this.running--
      this.served++
    })
    await this.answer(request, response)
  }
}
