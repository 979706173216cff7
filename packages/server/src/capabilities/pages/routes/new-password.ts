import { passwordLength } from '../../passwords/index.ts'
import { type Field, field } from './look/fields.ts'
import type { Markup } from './look/markup.ts'
import type { PageRequest } from './page-route.ts'

/** The field for a password that is to be chosen. */
export function newPasswordField(
  { ctx, look: { t } }: PageRequest,
  problem: string | undefined,
  options: Partial<Pick<Field, 'label' | 'autofocus'>> = {},
): Markup {
  return field({
    name: 'password',
    label: t('security.password.new'),
    type: 'password',
    autocomplete: 'new-password',
    hint: t('sign-up.password.hint', { min: String(passwordLength(ctx.config).min) }),
    problem,
    required: true,
    maxlength: 1024,
    ...options,
  })
}
