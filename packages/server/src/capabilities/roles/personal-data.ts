import type { Context } from '../../context.ts'
import type { PersonalData } from '../../personal-data.ts'
import { permissionsOfRoles, rolesOfEach } from './store.ts'

/** What a person may do. */
export const roleData: PersonalData<Context> = {
  parts: [
    {
      name: 'roles',
      description: 'The roles, and the permissions that each of them gives.',
      tables: ['user_roles'],
      async *records({ db }, { id: userId }) {
        for (const role of (await rolesOfEach(db, [userId])).get(userId) ?? []) {
          yield { role, permissions: await permissionsOfRoles(db, [role]) }
        }
      },
    },
  ],
}
