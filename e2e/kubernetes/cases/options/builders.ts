/** What the cases of options are made of. */

export const MAPS = '/api/v1/namespaces/$NS/configmaps'

export const MAP = 'v1 ConfigMap one'
