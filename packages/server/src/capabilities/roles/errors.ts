import { DomainError } from '../../platform/errors.ts'

/** The caller may not do this. One text for everything, so that a refusal says nothing about the resource. */
export class Forbidden extends DomainError {
  readonly code = 'forbidden'
  readonly title = 'Forbidden'

  constructor(detail = 'You may not do this.') {
    super({ detail })
  }
}

/** The change would affect every user, so it needs an administrator. */
export class AdministratorRequired extends DomainError {
  readonly code = 'administrator_required'
  readonly title = 'Forbidden'

  constructor(role: string) {
    super({ detail: `Every user gets the role "${role}": changing it needs the role "admin".` })
  }
}

/** The token is not for this server alone, so it carries none of the server's own permissions. */
export class AudienceRequired extends DomainError {
  readonly code = 'audience_required'
  readonly title = 'Forbidden'

  constructor() {
    super({ detail: 'This needs a token for this server alone: sign in with its issuer as "audience".' })
  }
}

export class RoleNotFound extends DomainError {
  readonly code = 'role_not_found'
  readonly title = 'Role not found'
}

export class RoleInUse extends DomainError {
  readonly code = 'role_in_use'
  readonly title = 'Role in use'

  constructor() {
    super({ detail: 'This role is still in use. Revoke it from its users first.' })
  }
}

export class RoleBuiltIn extends DomainError {
  readonly code = 'role_built_in'
  readonly title = 'Built-in role'

  constructor(role: string) {
    super({ detail: `The role "${role}" is built in and can't be changed.` })
  }
}
