/** How pods get an address, and what they can reach. Two ways: network namespaces (root), or loopback addresses (anybody). */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { Bind } from '../process/mount-plan.ts'

/** Facts of the node's network that the API server and the roles need. Ranges in CIDR form. */
export interface NetworkFacts {
  readonly mode: 'netns' | 'loopback'
  readonly podRange: string
  /** ClusterIPs must be allocated from this range: pass it to the API server. */
  readonly serviceRange: string
  /** The node's own address as pods reach it. */
  readonly hostAddress: string
  /** Where pods find the API server; certificates must name this address. */
  readonly apiServer: { readonly host: string; readonly port: number }
  readonly dns: { readonly address: string; readonly port: number }
  /** Set where ports below 1024 cannot be opened: a ClusterIP's low ports are served this much higher (see `bindingPort`). */
  readonly lowPortOffset?: number
}

/** What a pod is to the network. */
export interface PodName {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

/** One container's place in a sandbox: its view of the file system, ready to start programs in. */
export interface Place {
  /** Host path of the file behind the container's termination message path; undefined when the mode cannot offer one. */
  readonly terminationLog: string | undefined
  /** The argv that runs `argv` in `workingDirectory` of this place. */
  enter(argv: readonly string[], workingDirectory: string): string[]
  /** True when `path` is what the host has there too, so that it can be looked at from here. */
  sharesPath(path: string): boolean
}

/** One pod's address and namespaces. */
export interface Sandbox {
  readonly address: string
  /** Directory that the pod sees as /var/run/secrets/kubernetes.io/serviceaccount, or finds through an environment variable. */
  readonly serviceAccountDirectory: string
  /** A process in the pod's network namespace; absent where pods have none of their own. */
  readonly networkPid?: number | undefined
  /** Host paths of the pod's /etc/hosts and /etc/resolv.conf, where it has its own. */
  readonly podFiles?: { readonly hosts: string; readonly resolvConf: string } | undefined
  /** Variables that containers need because of the network mode. */
  readonly env: Readonly<Record<string, string>>
  /** Where the agent itself reaches a port of the pod. */
  reach(port: number): { readonly host: string; readonly port: number }
  /** A place for one container. Rejects with a message for CreateContainerError when a bind cannot be made. */
  place(container: string, binds: readonly Bind[], terminationPath: string): Promise<Place>
  /** Variables for a program that the loopback hook cannot confine; opens the forwarders for its ports. */
  adopt(ports: readonly number[]): Promise<Readonly<Record<string, string>>>
  /** Ends every process that is left in the sandbox and gives the address back. */
  close(): Promise<void>
}

/** The node's side. */
export interface Network {
  readonly facts: NetworkFacts
  /** A sandbox for the pod; with `networkOf` in the network namespace of that process, which must stay until the sandbox is closed. */
  open(pod: PodName, object: k8s.Pod, networkOf?: number): Promise<Sandbox>
  close(): Promise<void>
}
