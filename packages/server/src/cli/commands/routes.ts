import type { Manifest } from '@gatehouse/guard/manifest'
import { Command } from 'commander'

interface Options {
  manifest?: string
  json?: boolean
}

/** `gatehouse routes`: the rules of an application's routes, from its manifest or by starting it. */
export function routesCommand(print: (text: string) => void = console.log): Command {
  return new Command('routes')
    .description('list an application’s routes and their rules')
    .argument(
      '[command...]',
      'the command that starts the application, after --: gatehouse routes -- npm start',
    )
    .option(
      '--manifest <file>',
      'read this manifest instead of starting the application (default: GATEHOUSE_MANIFEST)',
    )
    .option('--json', 'print the manifest as JSON')
    .action(async (command: string[], { manifest: file, json }: Options, self: Command) => {
      const { GATEHOUSE_MANIFEST: written } = process.env
      const manifest = await find(command, file ?? written, self)
      const whole = json ?? !process.stdout.isTTY
      const { printRoutes } = await import('@gatehouse/guard/manifest')
      print(whole ? JSON.stringify(manifest, null, 2) : printRoutes(manifest))
    })
}

async function find(command: readonly string[], file: string | undefined, self: Command): Promise<Manifest> {
  if (command.length > 0) {
    const { configIn, interruptible, listRoutes } = await import('@gatehouse/prove')
    const config = await configIn(process.cwd())
    return interruptible((signal) => listRoutes(command, { signal, ...(config && { config }) }))
  }
  if (file !== undefined && file !== '') {
    const { readManifest } = await import('@gatehouse/guard/manifest')
    return readManifest(file)
  }
  return self.error(
    'Name the application: `gatehouse routes -- npm start` starts it, `gatehouse routes --manifest FILE` reads the manifest that guard.seal wrote.',
  )
}
