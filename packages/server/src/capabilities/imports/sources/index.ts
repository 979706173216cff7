import { auth0 } from './auth0.ts'
import { betterAuth } from './better-auth.ts'
import { django } from './django.ts'
import { firebase } from './firebase.ts'
import { flask } from './flask.ts'
import { keycloak } from './keycloak.ts'
import type { Source } from './person.ts'
import { supabase } from './supabase.ts'

/** Where users can come from. */
export const sources = {
  'better-auth': betterAuth,
  keycloak,
  supabase,
  auth0,
  firebase,
  django,
  flask,
} as const satisfies Record<string, Source>

export type SourceName = keyof typeof sources

export const sourceNames = Object.keys(sources) as SourceName[]
