import { readOptions } from '../../read-options.ts'
import { declarationOf } from '../../routes/declared.ts'
import type { Manifest } from '../../routes/manifest.ts'
import { type Step, stepOf } from '../../routes/registration.ts'
import { sealTable } from '../../routes/seal.ts'
import { lockRoutes } from '../express/lock.ts'
import {
  type ExpressTable,
  readRoutes as readExpress,
  type SealOptions,
  sealOptionNames,
} from '../express/routes.ts'

/** What sealing asks of a Nest application. */
export interface SealableNest extends NestApp {
  init(): Promise<unknown>
}

/**
 * Initialises a Nest application and throws unless each of its routes declares a rule; it takes no more routes
 * afterwards.
 *
 * @throws UndeclaredRoutesError (`undeclared_routes`) that lists every fault and its fix
 */
export async function sealNest(app: SealableNest, options: SealOptions = {}): Promise<Manifest> {
  const read = readOptions('seal', options, sealOptionNames)
  const initialized = app.init()
  // `listen` right after a seal that nobody awaits would register every route a second time; Nest's proxy drops a plain
  // assignment
  Object.defineProperty(app, 'init', { value: () => initialized, configurable: true })
  await initialized
  const table = readRoutes(app, read)
  return sealTable(table, read, () => lockRoutes(table.stacks))
}

/** What is read of a Nest application; `container` is not documented, so it may be missing. */
export interface NestApp {
  getHttpAdapter(): { getInstance(): unknown; getType(): string }
}

/**
 * Reads the routes of an initialised Nest application from the Express application that it runs on. Nest names each
 * handler `Class.method` and the metadata of the method; the guards of a class are with its controller.
 */
export function readRoutes(app: NestApp, options: SealOptions = {}): ExpressTable {
  const adapter = app.getHttpAdapter()
  if (adapter.getType() !== 'express') return { ...empty, unreadable: [onAnotherPlatform(adapter.getType())] }
  const classGuards = guardsByClass(app)
  const seen = new Map<unknown, Step>()
  const once = (guard: unknown): Step => {
    const step = seen.get(guard) ?? stepOf(guard, 2)
    seen.set(guard, step)
    return step
  }
  const handlers = new Set<string>()
  const table = readExpress(Object(adapter.getInstance()), options, (handle) => {
    const [handler, name] = /^(.+)\.[^.]+$/.exec(nameOf(handle)) ?? []
    const ofClass = name === undefined ? undefined : classGuards.get(name)
    if (handler === undefined || ofClass === undefined) return [stepOf(handle, 2)]
    handlers.add(handler)
    const guards = [...ofClass, ...guardsOf(handle)].filter((guard) => declarationOf(guard) !== undefined)
    return [...guards.map(once), { kind: 'function', name: nameOf(handle), ends: 'always' }]
  })
  const registrations = table.registrations.map((registration) => {
    if (isNests(registration.identity)) return { ...registration, steps: [passing] }
    const step = registration.steps.findLast(({ kind }) => kind === 'function')
    if (step?.kind !== 'function' || !handlers.has(step.name)) return registration
    // Nest registers all routes while it is initialised: the line that says so is nobody's mistake
    return { ...registration, source: undefined, handler: step.name }
  })
  return { ...table, registrations, framework: 'nest' }
}

/** Whether a layer is what Nest itself puts in front of everything: it lets every request pass. */
const isNests = (layer: unknown): boolean =>
  /\bonResponseHook\b/.test(String(Reflect.get(Object(layer), 'handle')))

const passing: Step = { kind: 'function', name: "Nest's own", ends: 'never' }

const empty: ExpressTable = {
  framework: 'nest',
  ordered: true,
  registrations: [],
  unreadable: [],
  stacks: [],
}

const onAnotherPlatform = (type: string): ExpressTable['unreadable'][number] => ({
  what: 'The application',
  path: undefined,
  source: undefined,
  advice: `Its routes are kept by ${type}, which is not read here: let Nest run on @nestjs/platform-express.`,
})

const nameOf = (handle: unknown): string => (typeof handle === 'function' ? handle.name : '')

/** The guards of every controller by the name of its class; of several classes with one name, what they share. */
function guardsByClass(app: NestApp): ReadonlyMap<string, readonly unknown[]> {
  const found = new Map<string, readonly unknown[]>()
  for (const { name, metatype } of controllersOf(app)) {
    const guards = guardsOf(metatype)
    found.set(name, found.get(name)?.filter((guard) => guards.includes(guard)) ?? guards)
  }
  return found
}

interface Controller {
  readonly name: string
  readonly metatype: unknown
}

function controllersOf(app: NestApp): Controller[] {
  const modules = valuesOf(call(Reflect.get(app, 'container'), 'getModules'))
  return modules
    .flatMap((module) => valuesOf(Reflect.get(Object(module), 'controllers')))
    .filter(isController)
}

const isController = (thing: unknown): thing is Controller =>
  typeof thing === 'object' &&
  thing !== null &&
  'metatype' in thing &&
  'name' in thing &&
  typeof thing.name === 'string'

const valuesOf = (map: unknown): unknown[] => (map instanceof Map ? [...map.values()] : [])

function call(object: unknown, method: string): unknown {
  const found: unknown = Reflect.get(Object(object), method)
  return typeof found === 'function' ? Reflect.apply(found, object, []) : undefined
}

/** What `UseGuards` wrote on a class or a method; reflect-metadata adds `getMetadata` to Reflect. */
function guardsOf(target: unknown): readonly unknown[] {
  const getMetadata: unknown = Reflect.get(Reflect, 'getMetadata')
  if (typeof getMetadata !== 'function' || typeof target !== 'function') return []
  const guards: unknown = Reflect.apply(getMetadata, Reflect, ['__guards__', target])
  return Array.isArray(guards) ? guards : []
}
