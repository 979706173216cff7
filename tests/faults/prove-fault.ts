import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type OwnerApi, type ProveConfig, prove, type Report, type Verdict } from '@gatehouse/prove'
import { freePort } from '../../packages/server/src/testing/process.ts'
import type { Framework } from './catalogue.ts'
import { triedRoutes } from './manifest.ts'

/** Compiled code is kept between the many starts. */
const compiled = join(tmpdir(), 'gatehouse-faults-compiled')

const idOf = (made: unknown): string =>
  typeof made === 'object' && made !== null && 'id' in made ? String(made.id) : ''

/** Entries for what is not tried in this run would be refused. */
const among = <Entry>(names: readonly string[], entries: Record<string, Entry>): Record<string, Entry> =>
  Object.fromEntries(Object.entries(entries).filter(([name]) => names.includes(name)))

/**
 * Starts the application of a framework with a fault (none: ''), and proves it.
 *
 * @param route the route to seek the fault on, beside a few others; every route without it
 */
export async function proveFault(framework: Framework, fault: string, route?: string): Promise<Report> {
  const port = await freePort()
  const tried = triedRoutes(route)
  const names = tried.map(({ method, path }) => `${method} ${path}`)
  const parameters = tried.flatMap((each) => each.parameters)
  // waiting until a feed is stale takes its time: only where that is what the run is about
  const waits = fault === '' || fault === 'stale feed allowed'
  const config: ProveConfig = {
    base: `http://127.0.0.1:${port}`,
    env: {
      PORT: String(port),
      FAULT: fault,
      NODE_COMPILE_CACHE: compiled,
      ...(route === undefined ? {} : { ROUTE: route }),
    },
    disposable: true,
    revocation: waits ? { staleness: 1 } : { onStale: 'allow' },
    roles: { editor: ['posts:any'], admin: [] },
    permissions: ['payouts:read', 'posts:read'],
    resources: among(parameters, {
      postId: async (api: OwnerApi) => ({
        postId: idOf(await api.call('POST', '/posts', { title: 'proof' })),
      }),
      commentId: async (api: OwnerApi) => {
        const path = `/posts/${api.parents['postId']}/comments`
        return { commentId: idOf(await api.call('POST', path, { text: 'proof' })) }
      },
      name: () => ({ name: 'monthly' }),
    }),
    bodies: among(names, { 'POST /posts': { title: 'proof' } }),
    ownerFields: ['owner_id'],
  }
  const app = fileURLToPath(new URL(`./${framework}-app.ts`, import.meta.url))
  return prove({ config, command: [process.execPath, app] })
}

/** The routes on which something was found, by what it was. */
export function routesWith(report: Report, ...verdicts: readonly Verdict[]): string[] {
  const found = report.routes.filter(({ findings }) =>
    findings.some(({ verdict }) => verdicts.includes(verdict)),
  )
  return found.map(({ route }) => route)
}
