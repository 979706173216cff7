#!/usr/bin/env node
// Plain CommonJS that any Node parses: an older one would stop at the first TypeScript file, with an error about its name.
'use strict'

const needed = 24
const major = Number.parseInt(process.versions.node, 10)

if (major < needed) {
  console.error(`gatehouse-prove needs Node.js ${needed} or later; this is ${process.versions.node}.`)
  process.exitCode = 1
} else {
  void import('#cli')
}
