import type { Context } from '../../context.ts'
import { pagesUrlOf } from './settings.ts'

/** The pages that links in messages lead to. */
export type PagePath =
  | '/verify'
  | '/reset'
  | '/email-sign-in'
  | '/undo-email'
  | '/accept-invitation'
  | '/keep-account'

/**
 * The link to a page that uses up `token` once its reader presses the button: a page of the server, or of the
 * application that draws its own (GATEHOUSE_PAGES_URL). Never built from `Host`.
 *
 * @example pageLink(ctx, '/verify', token) // https://id.example.com/verify?token=…
 */
export function pageLink({ config }: Pick<Context, 'config'>, path: PagePath, token: string): string {
  return `${pagesUrlOf(config)}${path}?${new URLSearchParams({ token })}`
}
