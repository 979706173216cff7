import type { Capability } from '../../capability.ts'
import { pagesSettings } from './settings.ts'

/** The pages of this server, for people. */
export const pages: Capability = {
  name: 'pages',
  settings: pagesSettings,
  errors: { foreign_form: 403, cookies_required: 403 },
  routes: async () => [(await import('./routes/mount.ts')).pageRoutes],
}
