import { type Answer, textOf } from '../policy/refusals.ts'

/** What a guard answers, as a web-standard response. */
export const answerOf = (answer: Answer): Response =>
  new Response(textOf(answer), { status: answer.status, headers: answer.headers })

/**
 * The same response, whose body ends when `watch` says so.
 *
 * @param watch takes the function that ends the body, returns the one that stops watching
 */
export function endingWith(response: Response, watch: (end: () => void) => () => void): Response {
  if (response.body === null) return response
  const reader = response.body.getReader()
  let stop = (): void => {}
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      stop = watch(() => {
        controller.close()
        // nobody reads what the handler still has to say
        reader.cancel().catch(() => {})
      })
    },
    async pull(controller) {
      // after this a call of `end` would find a closed stream
      const { done, value } = await reader.read().catch((error: unknown) => {
        stop()
        throw error
      })
      if (!done) return controller.enqueue(value)
      stop()
      controller.close()
    },
    cancel(reason) {
      stop()
      return reader.cancel(reason)
    },
  })
  return new Response(body, response)
}
