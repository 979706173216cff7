import { createRequire } from 'node:module'
import express from 'express'
import type { Start } from './app.ts'
import { startExpress } from './express-app.ts'
import { startFastify } from './fastify-app.ts'
import { startHono } from './hono-app.ts'
import { startKoa } from './koa-app.ts'
import { startNest } from './nest-app.ts'
import { startNode } from './node-app.ts'
import { startWeb } from './web-app.ts'

// an alias of npm, for which no types are published
const express4 = createRequire(import.meta.url)('express4') as typeof express

/** The application on every framework. */
export const apps: Readonly<Record<string, Start>> = {
  'Express 5': startExpress(express),
  'Express 4': startExpress(express4),
  'Fastify 5': startFastify,
  Hono: startHono,
  Koa: startKoa,
  NestJS: startNest,
  'node:http': startNode,
  'web Request': startWeb,
}
