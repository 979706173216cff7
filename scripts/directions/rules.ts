import { capabilities } from '../../packages/server/src/capabilities.ts'
import { type Place, partOf } from './place.ts'

export interface Edge {
  from: Place
  to: Place
  specifier: string
}

/** Says why an import is not allowed, or nothing. */
type Rule = (edge: Edge) => string | undefined

/** The server lists its capabilities from the lowest up; one may call those below it. */
const level = (capability: string): number => capabilities.findIndex(({ name }) => name === capability)

const packagesByName: Rule = ({ from, to, specifier }) =>
  from.workspace !== to.workspace && !from.tool && !to.tool && specifier.startsWith('.')
    ? 'another workspace is imported by its published name, never by a path'
    : undefined

const packageDirections: Rule = ({ from, to, specifier }) => {
  if (from.workspace === to.workspace || from.tool) return undefined
  if (from.workspace === 'packages/guard') return 'the guard depends on no other package'
  if (to.workspace === 'packages/server' && !from.workspace.startsWith('examples/'))
    return 'nothing is built on the server'
  if (specifier.startsWith('@gatehouse/guard/internal/') && from.workspace !== 'packages/server')
    return 'only the server carries the guard’s internals inside: nobody else finds them once published'
  const published = ['@gatehouse/guard/manifest', '@gatehouse/guard/option-names', '@gatehouse/guard/testing']
  if (
    from.workspace === 'packages/prove' &&
    to.workspace === 'packages/guard' &&
    !published.includes(specifier)
  )
    return `prove knows only ${published.join(' and ')} of the guard`
  return undefined
}

const guardRooms: Rule = ({ from, to }) => {
  if (from.workspace !== 'packages/guard' || to.workspace !== 'packages/guard') return undefined
  const pure = ['verify', 'policy', 'revocation', 'routes']
  if (pure.includes(from.room) && (to.room === 'adapters' || to.room === 'testing'))
    return `the room '${from.room}' knows no ${to.room}`
  if (from.room === 'verify' && ['policy', 'routes'].includes(to.room))
    return `verifying comes before '${to.room}' and does not know it`
  return undefined
}

const platformKnowsNobody: Rule = ({ from, to }) =>
  from.workspace === 'packages/server' &&
  from.room === 'platform' &&
  to.workspace === from.workspace &&
  to.room !== 'platform'
    ? 'the platform knows no capability, no setting and nothing else that is built on it'
    : undefined

const httpIsForRoutes: Rule = ({ from, to }) => {
  if (to.room !== 'platform' || !to.rest.startsWith('http/')) return undefined
  if (from.room === 'platform' && !from.rest.startsWith('http/')) return 'a mechanism does not know HTTP'
  const speaksHttp = /(^|[-/])(routes|shapes)(\.ts$|\/)/.test(from.rest)
  return from.capability !== undefined && !speaksHttp
    ? 'HTTP is for routes and shapes: services and stores do not know it'
    : undefined
}

const migrationsStandAlone: Rule = ({ from, to }) =>
  from.room === 'migrations' && (to.capability !== undefined || to.room === 'cli')
    ? 'a migration stays what it was: it uses no capability'
    : undefined

/** Commands of a capability read and print with the tools of the command line, and start nothing. */
const isCommandLine = (from: Place, to: Place): boolean =>
  partOf(from) === 'commands' && /^(command|failure|lists|progress|prompts)\.ts$/.test(to.rest)

const capabilitiesDownward: Rule = ({ from, to }) => {
  if (from.capability === undefined) return undefined
  if (
    to.workspace === from.workspace &&
    ((to.room === 'cli' && !isCommandLine(from, to)) ||
      (to.room === '' && /^(app|main|capabilities|settings|read-config|runtime)\.ts$/.test(to.rest)))
  )
    return 'a capability does not know what is built from it'
  if (to.capability === undefined || to.capability === from.capability) return undefined
  if (level(from.capability) < 0)
    return `the capability '${from.capability}' is not listed in capabilities.ts`
  if (level(to.capability) < 0) return `the capability '${to.capability}' is not listed in capabilities.ts`
  return level(to.capability) > level(from.capability)
    ? `'${from.capability}' stands below '${to.capability}' and must not know it`
    : undefined
}

const throughTheFrontDoor: Rule = ({ from, to }) => {
  if (to.capability === undefined || to.capability === from.capability || to.rest === 'index.ts')
    return undefined
  const composition = from.workspace === 'packages/server' && from.room === ''
  if (composition && (partOf(to) === 'routes' || to.rest === 'errors.ts' || to.rest === 'capability.ts'))
    return undefined
  return `'${to.capability}' is called through its index.ts only`
}

const routesServiceStore: Rule = ({ from, to }) => {
  if (from.capability === undefined || from.capability !== to.capability) return undefined
  if (partOf(to) === 'store' && (partOf(from) === 'routes' || partOf(from) === 'commands'))
    return `${partOf(from)} call services, never a store`
  if (partOf(to) === 'commands' && from.rest !== 'capability.ts') return 'nothing calls a command'
  if (
    partOf(to) === 'routes' &&
    partOf(from) !== 'routes' &&
    !['index.ts', 'capability.ts'].includes(from.rest)
  )
    return 'nothing below the routes knows them'
  if (partOf(from) === 'store' && /^(index|service|.*-service)\.ts$/.test(to.rest))
    return 'a store knows no service'
  return undefined
}

const testsStayTests: Rule = ({ from, to }) =>
  to.test && !from.test && !from.tool ? 'what runs in production uses nothing made for tests' : undefined

/** Tests use scripts, measurements use scripts, and nothing uses the two. */
const toolsInOrder: Rule = ({ from, to }) => {
  if (to.tool === undefined || to.tool === from.tool) return undefined
  return from.tool === undefined || to.tool !== 'scripts'
    ? `'${to.tool}' is used by nothing${to.tool === 'scripts' ? ' but bench and tests' : ' else'}`
    : undefined
}

/** What holds for tests, too, which may look behind the scenes otherwise. */
export const rulesForAll: readonly Rule[] = [packagesByName, toolsInOrder]

export const rules: readonly Rule[] = [
  packageDirections,
  guardRooms,
  platformKnowsNobody,
  httpIsForRoutes,
  migrationsStandAlone,
  capabilitiesDownward,
  throughTheFrontDoor,
  routesServiceStore,
  testsStayTests,
]
