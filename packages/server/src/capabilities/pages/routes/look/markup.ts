import { html } from 'hono/html'

/** Markup whose values are escaped: made by `html` of Hono, and by nothing else. */
export type Markup = ReturnType<typeof html>

export { html }

/** No markup at all. */
export const nothing: Markup = html``
