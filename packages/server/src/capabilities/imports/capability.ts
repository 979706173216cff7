import type { Capability } from '../../capability.ts'

/** Users who come from another product. */
export const imports: Capability = {
  name: 'imports',
  migrations: [{ name: '0012-imports', load: () => import('../../migrations/0012-imports.ts') }],
  // of the command alone: no route imports
  errors: {
    import_conflict: 409,
    import_file_unreadable: 422,
  },
  commands: [
    { name: 'import', summary: 'import users from another product', load: () => import('./commands.ts') },
  ],
  personalData: async () => (await import('./personal-data.ts')).importData,
}
