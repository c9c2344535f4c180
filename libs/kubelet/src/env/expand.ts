/** `$(NAME)` expansion as the kubelet does it: unknown names stay as written, `$$` is one dollar, `$$(NAME)` is never expanded. */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (match: string, name: string | undefined) => {
    if (name === undefined) return '$'
    return lookup(name) ?? match
  })
}
