import { callSite } from './source.ts'
import { UndeclaredRoutesError } from './undeclared-routes-error.ts'

/** The error for whoever registers something after the application was sealed. */
export function lateRegistration(
  below: (...args: never[]) => unknown,
  subject = 'A route',
): UndeclaredRoutesError {
  return new UndeclaredRoutesError([
    {
      kind: 'registered-late',
      subject,
      source: callSite(below),
      detail: 'It is registered after guard.seal(app), which has already checked the list of routes.',
      remedy: 'Register it before the call of guard.seal(app).',
    },
  ])
}
