import { type Manifest, printRoutes, readManifest } from '@gatehouse/guard/manifest'
import { Command } from 'commander'

interface Options {
  manifest?: string
  json?: boolean
}

/** `gatehouse routes`: who may call each route of an application, from its manifest or by starting it. */
export function routesCommand(print: (text: string) => void = console.log): Command {
  return new Command('routes')
    .description('print who may call each route of an application')
    .argument('[command...]', 'how the application is started, behind --: gatehouse routes -- npm start')
    .option(
      '--manifest <file>',
      'read this manifest instead of starting anything (default: GATEHOUSE_MANIFEST)',
    )
    .option('--json', 'print the manifest itself')
    .action(async (command: string[], { manifest: file, json }: Options, self: Command) => {
      const { GATEHOUSE_MANIFEST: written } = process.env
      const manifest = await find(command, file ?? written, self)
      const whole = json ?? !process.stdout.isTTY
      print(whole ? JSON.stringify(manifest, null, 2) : printRoutes(manifest))
    })
}

async function find(command: readonly string[], file: string | undefined, self: Command): Promise<Manifest> {
  if (command.length > 0) {
    const { configIn, interruptible, listRoutes } = await import('@gatehouse/prove')
    const config = await configIn(process.cwd())
    return interruptible((signal) => listRoutes(command, { signal, ...(config && { config }) }))
  }
  if (file !== undefined && file !== '') return readManifest(file)
  return self.error(
    'Say whose routes: `gatehouse routes -- npm start` starts an application and asks it, `gatehouse routes --manifest FILE` reads what guard.seal wrote.',
  )
}
