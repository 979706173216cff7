import { UndeclaredRoutesError } from './fault.ts'
import { callSite, type Source } from './source.ts'

/** Something that was registered too late, as a person would name it: `GET /users`. */
export interface Late {
  readonly subject: string
  /** Where it was registered, if that is known better than from the stack. */
  readonly source?: Source | undefined
}

/**
 * The error for whoever registers something after the application was sealed.
 *
 * @param below the function that the framework calls; the line of the application is looked for above it
 */
export function lateRegistration(
  below: (...args: never[]) => unknown,
  { subject, source = callSite(below) }: Late,
): UndeclaredRoutesError {
  return new UndeclaredRoutesError([
    {
      kind: 'registered-late',
      subject,
      source,
      detail: 'It is registered after guard.seal(app), which has already checked the list of routes.',
      remedy: 'Register it before the call of guard.seal(app).',
    },
  ])
}

/**
 * Makes a framework's list of registrations refuse further ones, with an error that names the first.
 *
 * @param describe names what was about to be added; undefined lets it pass without being added
 */
export function lockList<Item>(
  list: readonly Item[],
  describe: (item: Item | undefined) => Late | undefined,
): void {
  const locked = (skipped: number): PropertyDescriptor => ({
    configurable: true,
    value: function refuse(...parameters: Item[]): number {
      const late = describe(parameters[skipped])
      if (late !== undefined) throw lateRegistration(refuse, late)
      return list.length
    },
  })
  for (const [name, skipped] of [
    ['push', 0],
    ['unshift', 0],
    ['splice', 2],
  ] as const)
    Object.defineProperty(list, name, locked(skipped))
}
