// The process that is loaded: one framework, one route, one guard in front of it.
import { serveExpress } from './express.ts'
import { serveFastify } from './fastify.ts'
import { serveHono } from './hono.ts'
import type { Shared } from './token.ts'

const [framework = '', guard = ''] = process.argv.slice(2)
const shared = JSON.parse(process.env['SHARED'] ?? '') as Shared
const serve = { express: serveExpress, fastify: serveFastify, hono: serveHono }[framework]
if (serve === undefined) throw new Error('Name express, fastify or hono.')
await serve(guard, shared)

// asked before and after each round: what the round took of the processor
process.on('message', () => process.send?.(process.cpuUsage()))
// an orderly end, so that a profile is written where one was asked for
process.on('SIGTERM', () => process.exit(0))
process.on('disconnect', () => process.exit(0))
