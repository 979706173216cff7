import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

interface Included {
  readonly name: string
  readonly version: string
  readonly license: string
}

/**
 * The licences of the packages that `files` are from, with their names and versions, so that a copy of their code comes
 * with what they ask for, and that a reviewer can tell which releases are in a build.
 *
 * @throws Error for a package that states no licence
 */
export async function licencesOf(files: readonly string[]): Promise<string> {
  const folders = new Set(files.map(packageFolder).filter((folder) => folder !== undefined))
  const sections = await Promise.all([...folders].map(section))
  return `This package contains code of others.\n\n${sections.toSorted().join('\n\n\n')}\n`
}

/** The package below the last node_modules of a path; undefined for a file of this repository. */
function packageFolder(file: string): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0]
}

async function section(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Partial<Included>
  const { name, version, license } = manifest
  if (typeof license !== 'string') throw new Error(`${folder} states no licence`)
  const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each))
  const text = file === undefined ? '' : await readFile(join(folder, file), 'utf8')
  const title = `${name} ${version} (${license})`
  return [title, '='.repeat(title.length), text.trim()].join('\n')
}
