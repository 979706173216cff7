import { lateRegistration } from './late-registration.ts'

/** Makes a framework's list of registrations refuse further ones, with a sentence that says why. */
export function lockList(list: readonly unknown[]): void {
  for (const name of ['push', 'unshift', 'splice']) {
    Object.defineProperty(list, name, {
      configurable: true,
      value: function refuse(): never {
        throw lateRegistration(refuse)
      },
    })
  }
}
