import type { NextFunction, Request, Response } from 'express'
import type { Auth, Caller } from '../../policy/types.ts'

declare global {
  namespace Express {
    interface Request {
      /** The signed-in user, behind a guard. */
      user: Caller
      /** Everything known about the caller, behind a guard. */
      auth: Auth
    }
  }
}

/** Middleware of Express, 4 and 5. */
export type Middleware = (request: Request, response: Response, next: NextFunction) => void
