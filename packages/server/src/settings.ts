import { capabilities } from './capabilities.ts'
import type { Setting, SettingsGroup } from './config/setting.ts'
import { coreSettings, operationSettings } from './config/settings.ts'

/** The settings of capabilities, in their order. */
export const capabilitySettings: readonly SettingsGroup[] = capabilities.flatMap(
  (capability) => capability.settings ?? [],
)

/** Every setting, in the order in which help and documentation list them. */
export const settings: readonly Setting[] = [coreSettings, ...capabilitySettings, operationSettings].flatMap(
  (group) => Object.values<Setting>(group.settings),
)
