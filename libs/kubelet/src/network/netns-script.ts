/** The shell that makes a pod's namespaces. Every line costs a process, but a pool hides that. */
import { realpathSync } from 'node:fs'
import { posix } from 'node:path'
import { quote } from '../process/mount-plan.ts'

/** Host files that the pod sees under fixed names. */
export interface SandboxFiles {
  readonly serviceAccount: string
  readonly resolvConf: string
  readonly hosts: string
  /** Where volumes in memory are: below /dev, of which the pod has its own. */
  readonly memory: string
}

/** Where the pod sees {@link SandboxFiles.memory}. */
export const memoryInside = '/run/.memory'

/** The pod's end of the wire. */
export interface SandboxLink {
  readonly veth: string
  readonly address: string
  readonly gateway: string
  readonly agentPid: number
}

/**
 * Runs in new network and mount namespaces; `link` is absent where the network has its wire already. `holders` are the termination logs of the containers
 * whose mount namespaces are made at once. /run is the pod's own and empty, as in a container, so that the service account's directory can be there;
 * /dev is the pod's own with the usual devices, for /dev/termination-log. Prints a line of each holder and `up`, in any order, and stays until its input ends.
 */
export function sandboxScript(files: SandboxFiles, holders: readonly string[], link: SandboxLink | undefined): string {
  const resolvConf = realpathOf('/etc/resolv.conf')
  const stage = '/run/dev'
  return `set -e
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/secrets/kubernetes.io/serviceaccount
mount --bind ${quote(files.serviceAccount)} /run/secrets/kubernetes.io/serviceaccount
mkdir ${memoryInside}
mount --bind ${quote(files.memory)} ${memoryInside}
mkdir -p ${quote(posix.dirname(resolvConf))}; [ -e ${quote(resolvConf)} ] || : > ${quote(resolvConf)}
mount --bind ${quote(files.resolvConf)} ${quote(resolvConf)}
mount --bind ${quote(files.hosts)} /etc/hosts
mkdir ${stage}
mount -t tmpfs -o mode=755 tmpfs ${stage}
for d in null zero full random urandom tty; do : > ${stage}/$d; mount --bind /dev/$d ${stage}/$d; done
mkdir ${stage}/pts ${stage}/shm
[ ! -d /dev/pts ] || mount --rbind /dev/pts ${stage}/pts
mount -t tmpfs -o mode=1777 tmpfs ${stage}/shm
ln -s pts/ptmx ${stage}/ptmx
ln -s /proc/self/fd ${stage}/fd
ln -s fd/0 ${stage}/stdin
ln -s fd/1 ${stage}/stdout
ln -s fd/2 ${stage}/stderr
: > ${stage}/termination-log
mount --move ${stage} /dev
${link === undefined ? '' : wiring(link)}
# A shell gives what it starts in the background /dev/null for input, but the holders must see the agent's end of the pipe.
exec 3<&0
${holders.map((log) => `unshare -m --propagation slave sh -c ${quote(holderScript(log))} <&3 &`).join('\n')}
echo up
exec cat > /dev/null 2>&1`
}

const wiring = ({ veth, agentPid, address, gateway }: SandboxLink): string => `ip -batch - <<'END'
link set lo up
link add eth0 type veth peer name ${veth} netns ${agentPid}
addr add ${address}/16 dev eth0
link set eth0 up
route add default via ${gateway}
END`

/** Runs in a mount namespace of one container: binds its termination log, prints its pid and that file, stays until its input ends. */
export function holderScript(terminationLog: string): string {
  return `mount --bind ${quote(terminationLog)} /dev/termination-log && echo "$$ "${quote(terminationLog)} && exec cat > /dev/null 2>&1`
}

function realpathOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // A machine without one: the pod gets its own in the usual place.
    return path
  }
}
