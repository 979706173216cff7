// Builds the packages: `npm run build`. Each packages/X/dist is then a package that can be published as it is.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildPackage } from './build/package.ts'
import { root } from './run.ts'

// the guard first: the others are compiled against its declarations
for (const name of ['guard', 'prove', 'server']) {
  if (!existsSync(join(root, 'packages', name, 'src/index.ts'))) continue
  process.stdout.write(`packages/${name} … `)
  await buildPackage(name)
  console.log(`packages/${name}/dist`)
}
