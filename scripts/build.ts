// Builds the packages: `npm run build`. Each packages/X/dist is then a package that can be published as it is.
import { buildPackage, packageNames } from './build/package.ts'

for (const name of packageNames) {
  process.stdout.write(`packages/${name} … `)
  await buildPackage(name)
  console.log(`packages/${name}/dist`)
}
