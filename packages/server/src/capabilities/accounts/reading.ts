/** What came of reading one field: its value in the form we keep, or why it is not acceptable. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly detail: string }
