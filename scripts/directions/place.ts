/** Where a file lives, in the words of docs/architecture.md. */
export interface Place {
  /** `packages/guard`, `packages/server`, `packages/prove`, `examples/vip-lounge`, … */
  workspace: string
  /** The room: the first folder under `src` (`verify`, `platform`, `cli`, …), or '' for a file right in it. */
  room: string
  /** The capability's name, for files of the server's capabilities. */
  capability: string | undefined
  /** The path below the workspace's `src`, the room, or the capability. */
  rest: string
  /** A test, or something that only tests use. */
  test: boolean
  /** What measures, checks or builds the packages: it may look into them, and they know nothing of it. */
  tool: Tool | undefined
}

const tools = ['bench', 'scripts', 'tests'] as const
export type Tool = (typeof tools)[number]

/** Tells the place of a path such as `packages/server/src/capabilities/roles/store.ts`. */
export function placeOf(path: string): Place {
  const [top = '', name = '', ...below] = path.split('/')
  const tool = tools.find((each) => each === top)
  if (tool !== undefined) {
    const rest = path.slice(tool.length + 1)
    return { workspace: tool, room: '', capability: undefined, rest, test: false, tool }
  }
  const inside = below[0] === 'src' ? below.slice(1) : below
  const room = inside.length > 1 ? (inside[0] ?? '') : ''
  const capability = room === 'capabilities' ? inside[1] : undefined
  return {
    workspace: `${top}/${name}`,
    room,
    capability,
    rest: inside.slice(capability ? 2 : room ? 1 : 0).join('/'),
    test: path.endsWith('.test.ts') || (name === 'server' && room === 'testing'),
    tool: undefined,
  }
}

/** The part of a capability that a file plays, told by its name. */
export function partOf(place: Place): 'routes' | 'commands' | 'store' | 'other' {
  if (/(^|[-/])routes(\.ts$|\/)/.test(place.rest)) return 'routes'
  if (/(^|[-/])commands\.ts$/.test(place.rest)) return 'commands'
  if (/(^|[-/])store(\.ts$|\/)/.test(place.rest)) return 'store'
  return 'other'
}
