/** The object that a path `/namespace/name` is about, one slash behind it or not; undefined: it is no such path. What it holds is taken as it is, its query included. */
export function objectPath(target: string): { readonly key: string; readonly namespace: string; readonly name: string } | undefined {
  const parts = (target.endsWith('/') ? target.slice(0, -1) : target).split('/')
  const [before, namespace, name] = parts
  if (parts.length !== 3 || before !== '' || namespace === undefined || name === undefined) return undefined
  return { key: `${namespace}/${name}`, namespace, name }
}
