import type { Guard } from '@gatehouse/guard/hono'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from '../../platform/context.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { directoryRoutes } from './directory-routes.ts'
import { profileRoutes } from './profile-routes.ts'
import { userRoutes } from './user-routes.ts'

/** `/users` and what is below it, sessions apart. */
export function accountRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  directoryRoutes(app, ctx, guard)
  userRoutes(app, ctx, guard)
  profileRoutes(app, ctx, guard)
}
