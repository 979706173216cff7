import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { MountRoutes } from '../../../capability.ts'
import { settingsOf } from '../../../config/setting.ts'
import type { HttpEnv } from '../../../platform/http/variables.ts'
import { appNameOf } from '../../mail/index.ts'
import { pagesSettings } from '../settings.ts'
import { dataPage } from './account/data.ts'
import { devicesPage } from './account/devices.ts'
import { profilePage } from './account/profile.ts'
import { securityPage } from './account/security.ts'
import { addressLinkPages } from './links.ts'
import { createTheme, type Theme } from './look/theme.ts'
import { readTheme } from './look/theme-files.ts'
import { pagesOf } from './page-route.ts'
import { byEmailPages } from './ways-in/by-email.ts'
import { nextStepPages } from './ways-in/next-step.ts'
import { signInPage } from './ways-in/sign-in.ts'
import { signOutPages } from './ways-in/sign-out.ts'
import { signUpPage } from './ways-in/sign-up.ts'

/** The pages that people sign in on and look after their account on, and what these load. */
export const pageRoutes: MountRoutes = (app, ctx, guard) => {
  const theme = createTheme(
    ctx.config.issuer,
    appNameOf(ctx.config),
    readTheme(settingsOf(ctx.config, pagesSettings).theme),
  )
  assetRoutes(app, guard, theme)
  const pages = pagesOf(app, ctx, guard, theme)
  signInPage(pages)
  signUpPage(pages)
  nextStepPages(pages)
  byEmailPages(pages)
  signOutPages(pages)
  profilePage(pages)
  securityPage(pages)
  devicesPage(pages)
  dataPage(pages)
  addressLinkPages(pages)
}

function assetRoutes(app: OpenAPIHono<HttpEnv>, guard: Guard, { files }: Theme): void {
  for (const { path, type, body } of files) {
    app.openapi(
      createRoute({
        method: 'get',
        path,
        hide: true,
        middleware: [guard.open('what every page loads')] as const,
        responses: { 200: { description: 'The file.' } },
      }),
      (c) =>
        c.body(body, 200, { 'Content-Type': type, 'Cache-Control': 'public, max-age=31536000, immutable' }),
    )
  }
}
