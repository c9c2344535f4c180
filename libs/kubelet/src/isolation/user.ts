/** Who a container's program is: the image's USER and the security context, by /etc/passwd and /etc/group of the image. Pure. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { Blocked } from '../runtime/blocked.ts'
import { checkNonRoot, securityContextOf } from '../runtime/non-root.ts'

/** Numbers to run as. */
export interface User {
  readonly uid: number
  readonly gid: number
  readonly groups: readonly number[]
  /** '' where the image does not know the user. */
  readonly home: string
}

/** The image's databases, as text; '' where it has none. */
export interface UserDatabases {
  readonly passwd: string
  readonly group: string
}

interface Entry {
  readonly name: string
  readonly fields: readonly string[]
}

const entriesOf = (text: string): Entry[] =>
  text
    .split('\n')
    .map((line) => line.split(':'))
    .flatMap((fields) => (fields.length > 2 ? [{ name: fields[0] as string, fields }] : []))

const isNumber = (text: string): boolean => /^\d+$/.test(text)

/** `declared` is the image's `user[:group]`. Throws {@link Blocked} in the kubelet's and containerd's words. */
export function resolveUser(pod: k8s.Pod, container: k8s.Container, declared: string, databases: UserDatabases): User {
  checkNonRoot(pod, container, declared)
  const wanted = securityContextOf(pod, container)
  const [declaredUser = '', declaredGroup = ''] = declared.split(':')
  const users = entriesOf(databases.passwd)
  const groups = entriesOf(databases.group)
  const asked = wanted.runAsUser === undefined ? declaredUser : String(wanted.runAsUser)
  const known = asked === '' ? users.find(({ fields }) => fields[2] === '0') : find(users, asked)
  if (known === undefined && asked !== '' && !isNumber(asked))
    throw new Blocked('CreateContainerError', `unable to find user ${asked}: no matching entries in passwd file`)
  const uid = known === undefined ? Number(asked) : Number(known.fields[2])
  const gid = wanted.runAsGroup ?? groupOf(groups, wanted.runAsUser === undefined ? declaredGroup : '', known)
  const member = known === undefined || wanted.supplementalGroupsPolicy === 'Strict' ? [] : groups.filter(isMember(known.name))
  const { supplementalGroups = [], fsGroup } = pod.spec?.securityContext ?? {}
  const all = [gid, ...member.map(({ fields }) => Number(fields[2])), ...supplementalGroups, ...(fsGroup === undefined ? [] : [fsGroup])]
  return { uid, gid, groups: [...new Set(all)], home: known?.fields[5] ?? '' }
}

/** By name first, as passwd(5) is read by container runtimes. */
const find = (entries: readonly Entry[], asked: string): Entry | undefined =>
  entries.find(({ name }) => name === asked) ?? entries.find(({ fields }) => fields[2] === asked)

const isMember =
  (user: string) =>
  ({ fields }: Entry): boolean =>
    (fields[3] ?? '').split(',').includes(user)

function groupOf(groups: readonly Entry[], declared: string, user: Entry | undefined): number {
  if (declared === '') return user === undefined ? 0 : Number(user.fields[3])
  const known = find(groups, declared)
  if (known !== undefined) return Number(known.fields[2])
  if (isNumber(declared)) return Number(declared)
  throw new Blocked('CreateContainerError', `unable to find group ${declared}: no matching entries in group file`)
}
