import type { ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { Logger } from '../log.ts'
import type { ErrorAnswers } from './error-answers.ts'
import { MalformedBody, MalformedRequest } from './problems.ts'
import { isExpected, problemResponse } from './render.ts'
import type { HttpEnv } from './variables.ts'

/**
 * Answers errors. An unexpected one is logged in full under the request's id and answered with a 500 that reveals only
 * that id.
 */
export function answerErrors(log: Logger, answers: ErrorAnswers): ErrorHandler<HttpEnv> {
  return (thrown, c) => {
    const error = asProblem(thrown, c.get('emptyBody'))
    const requestId = c.get('requestId')
    if (!isExpected(error, answers)) {
      log.error({ err: error, request_id: requestId, method: c.req.method }, 'unexpected error')
    }
    return problemResponse(error, requestId, answers)
  }
}

/** Hono throws exceptions of its own for malformed requests. */
function asProblem(error: Error, emptyBody: boolean): Error {
  if (!(error instanceof HTTPException) || error.status >= 500) return error
  if (emptyBody) return new MalformedBody({ detail: 'The body is empty.', cause: error })
  return new MalformedRequest({ detail: 'The request is malformed.', cause: error })
}
