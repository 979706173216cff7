// The process that is loaded: one framework, one route behind each guard.
import { serveExpress } from './express.ts'
import { serveFastify } from './fastify.ts'
import { serveHono } from './hono.ts'
import type { Shared } from './token.ts'

const shared = JSON.parse(process.env['SHARED'] ?? '') as Shared
const serve = { express: serveExpress, fastify: serveFastify, hono: serveHono }[process.argv[2] ?? '']
if (serve === undefined) throw new Error('Name express, fastify or hono.')
await serve(shared)
