import { z } from '@hono/zod-openapi'
import { readShape } from '../../platform/http/api.ts'
import type { Profile } from './service.ts'

/** The maximum size of `data` in bytes of JSON, and its maximum nesting. */
const profileData = { bytes: 16 * 1024, depth: 16 } as const

function text(most: number) {
  return z.string().superRefine((value, check) => {
    if ([...value].length <= most) return
    check.addIssue({ code: 'custom', message: `At most ${most} characters.`, params: { code: 'too_long' } })
  })
}

function refuse(check: z.RefinementCtx, code: string, message: string): void {
  check.addIssue({ code: 'custom', message, params: { code } })
}

const picture = text(2048).superRefine((value, check) => {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') {
    refuse(check, 'invalid_url', 'The picture must be an https URL.')
  }
})

const locale = text(35).superRefine((value, check) => {
  if (!isLocale(value))
    refuse(check, 'invalid_locale', 'A locale is a language tag such as "en-GB" (BCP 47).')
})

const data = z.unknown().superRefine((value, check) => {
  if (value === undefined) return
  if (depthOf(value) > profileData.depth) refuse(check, 'too_deep', `At most ${profileData.depth} levels.`)
  else if (Buffer.byteLength(JSON.stringify(value)) > profileData.bytes) {
    refuse(check, 'too_long', `At most ${profileData.bytes} bytes of JSON.`)
  }
})

/** A complete profile; omitted fields become empty. */
export const profileBody = z
  .strictObject({
    display_name: text(100).nullable().optional().openapi({ maxLength: 100 }),
    bio: text(2000).nullable().optional().openapi({ maxLength: 2000 }),
    picture: picture.nullable().optional().openapi({ format: 'uri', maxLength: 2048 }),
    locale: locale.nullable().optional().openapi({ example: 'en-GB', maxLength: 35 }),
    data: data.optional().openapi({ description: 'Any JSON of up to 16 KiB, for the application to use.' }),
  })
  .openapi('Profile')

/** A body as a profile: omitted fields are empty. */
export function toProfile(body: z.infer<typeof profileBody>): Profile {
  return {
    displayName: body.display_name ?? null,
    bio: body.bio ?? null,
    picture: body.picture ?? null,
    locale: body.locale ?? null,
    data: body.data ?? {},
  }
}

/**
 * Reads a profile that did not come as JSON.
 *
 * @throws InvalidInput (`invalid_input`, 422) with one entry for each invalid field
 */
export function readProfile(input: z.input<typeof profileBody>): Profile {
  return toProfile(readShape(profileBody, input))
}

function isLocale(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** How deeply arrays and objects are nested in `value`; a plain value has depth 0. */
function depthOf(value: unknown): number {
  let depth = 0
  let level: unknown[] = [value]
  while (level.some(isNested)) {
    depth += 1
    level = level.filter(isNested).flatMap((nested) => Object.values(nested))
  }
  return depth
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
