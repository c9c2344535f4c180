/** What runs a program as user nobody, put before its own command line. Needs root. */
export const nobody: readonly string[] = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']
