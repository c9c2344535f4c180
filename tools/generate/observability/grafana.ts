/** From a few words to the JSON that Grafana imports (schema 39, Grafana 10 and later). */

export interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly variables?: readonly { readonly name: string; readonly query: string }[]
  readonly rows: readonly Row[]
}
export interface Row {
  readonly title: string
  readonly panels: readonly Panel[]
}
interface Panel {
  readonly title: string
  /** A unit id of Grafana: s, bytes, reqps, short ... */
  readonly unit: string
  readonly queries: readonly { readonly expr: string; readonly legend: string }[]
}

/** Grafana's grid is 24 wide. */
const width = 8
const height = 7
const datasource = { type: 'prometheus', uid: '${datasource}' }

export function dashboardOf({ uid, title, variables = [], rows }: Dashboard): object {
  return {
    uid,
    title,
    tags: ['knative-ts'],
    timezone: 'browser',
    schemaVersion: 39,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', type: 'datasource', query: 'prometheus', current: {} },
        ...variables.map(({ name, query }) => ({
          name,
          type: 'query',
          datasource,
          query: { query, refId: name },
          refresh: 2,
          multi: true,
          includeAll: true,
          allValue: '.*',
          current: { text: 'All', value: '$__all' }
        }))
      ]
    },
    panels: panelsOf(rows)
  }
}

function panelsOf(rows: readonly Row[]): object[] {
  const panels: object[] = []
  let y = 0
  for (const { title, panels: own } of rows) {
    panels.push({ id: panels.length + 1, type: 'row', title, collapsed: false, panels: [], gridPos: { x: 0, y, w: 24, h: 1 } })
    y += 1
    own.forEach((panel, index) => {
      const gridPos = { x: (index % 3) * width, y: y + Math.floor(index / 3) * height, w: width, h: height }
      panels.push(panelOf(panel, panels.length + 1, gridPos))
    })
    y += Math.ceil(own.length / 3) * height
  }
  return panels
}

const panelOf = ({ title, unit, queries }: Panel, id: number, gridPos: object): object => ({
  id,
  type: 'timeseries',
  title,
  gridPos,
  datasource,
  fieldConfig: { defaults: { unit, min: 0, custom: { fillOpacity: 8, showPoints: 'never' } }, overrides: [] },
  options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
  targets: queries.map(({ expr, legend }, index) => ({ refId: String.fromCharCode(65 + index), datasource, expr, legendFormat: legend }))
})
