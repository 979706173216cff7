import type { Context } from '../../context.ts'
import { isoTime, type PersonalData } from '../../personal-data.ts'
import { devicesOf } from './store.ts'

/** The devices by which a person is recognised. */
export const deviceData: PersonalData<Context> = {
  parts: [
    {
      name: 'devices',
      description: 'Devices that signed in, recognised by a token that each of them keeps.',
      tables: ['known_devices'],
      async *records({ db }, { id: userId }) {
        for (const row of await devicesOf(db, userId)) {
          yield { last_used_at: isoTime(row.last_used_at), came_back: row.presented === 1 }
        }
      },
    },
  ],
}
