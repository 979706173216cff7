import type { FastifyInstance } from 'fastify'
import type { HeardRoute } from './heard.ts'

/**
 * Routes that Fastify has but `guard.plugin` did not hear of, as `METHOD /path`: they were registered first. Fastify
 * gives no list of its routes, only the tree that it prints.
 */
export function unheardRoutes(app: FastifyInstance, heard: readonly HeardRoute[]): string[] {
  const known = new Set(
    heard.flatMap(({ options: { method, url } }) =>
      [url, url.replace(/\/:\w+\?$/, '')].flatMap((path) =>
        [method].flat().map((each) => comparable(each, path)),
      ),
    ),
  )
  return printedRoutes(app.printRoutes())
    .filter(([method, path]) => !known.has(comparable(method, path)))
    .map(([method, path]) => `${path} (${method})`)
}

const branch = /^(.*?)[├└]── (.*) \(([A-Z, -]+)\)/
/** What the tree says where paths have no beginning in common. */
const emptyRoot = '(empty root node)'
const bare = /^(.*?)[├└]── (.*)$/

/** Reads `│   └── /x (GET, HEAD)`: four characters for each level, a path that goes on from the one above. */
function printedRoutes(tree: string): [method: string, path: string][] {
  const above: string[] = []
  return tree.split('\n').flatMap((line) => {
    const [, indent, part, methods] = branch.exec(line) ?? bare.exec(line) ?? []
    if (indent === undefined || part === undefined) return []
    const depth = indent.length / 4
    const path = (above[depth - 1] ?? '') + (part === emptyRoot ? '' : part)
    above[depth] = path
    return (methods ?? '')
      .split(', ')
      .filter((method) => method !== '')
      .map((method): [string, string] => [method, path])
  })
}

/** Parameters without their names, which the tree merges (`:a|:b`), and without the slashes at both ends. */
const comparable = (method: string, path: string): string =>
  `${method} ${path.replace(/:[^/]*/g, ':').replace(/^\/|\/$/g, '')}`
