import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { must, root } from '../run.ts'
import type { SourceManifest } from './manifest.ts'
import { packageNames } from './package.ts'

type Name = (typeof packageNames)[number]

/** Packs what is built of packages/`name` into `folder`, as publishing does; gives the tarball. */
export async function packBuilt(name: Name, folder: string): Promise<string> {
  const dist = join(root, 'packages', name, 'dist')
  const answer = await must('npm', ['pack', '--json', '--loglevel=error', '--pack-destination', folder], {
    cwd: dist,
  })
  // npm prints a list of packages, or (from version 12 on) an object of them
  const packed = JSON.parse(answer) as { filename: string }[] | Record<string, { filename: string }>
  return join(folder, Object.values(packed)[0]?.filename ?? '')
}

/**
 * Installs what is built of packages/`name` below `project`, with its dependencies and nothing else: those of this
 * repository as they are built, the others as the workspace has them. It is what `npm install` makes, without a network.
 * Gives the package's folder.
 */
export async function installBuilt(name: Name, project: string): Promise<string> {
  const packing = await mkdtemp(join(project, 'packed-'))
  try {
    const target = await unpack(await packBuilt(name, packing), join(project, 'node_modules'))
    const { dependencies = {} } = await manifestIn(target)
    for (const dependency of Object.keys(dependencies)) {
      const own = packageNames.find((each) => dependency === `@gatehouse/${each}`)
      if (own !== undefined) await installBuilt(own, project)
      else await link(dependency, project)
    }
    return target
  } finally {
    await rm(packing, { recursive: true, force: true })
  }
}

async function unpack(tarball: string, modules: string): Promise<string> {
  const manifest = await must('tar', ['-xzOf', tarball, 'package/package.json'])
  const target = join(modules, (JSON.parse(manifest) as SourceManifest).name)
  await mkdir(target, { recursive: true })
  await must('tar', ['-xzf', tarball, '--strip-components=1', '-C', target])
  return target
}

async function link(dependency: string, project: string): Promise<void> {
  const target = join(project, 'node_modules', dependency)
  await mkdir(dirname(target), { recursive: true })
  await rm(target, { force: true })
  await symlink(join(root, 'node_modules', dependency), target)
}

async function manifestIn(folder: string): Promise<SourceManifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as SourceManifest
}
