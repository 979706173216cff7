/** The icon in the browser's tab: a gate. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#3b4fd8"/><path d="M8 25V15a8 8 0 0 1 16 0v10M13 25v-9.5M19 25v-9.5M8 19.5h16" fill="none" stroke="#fff" stroke-width="2.2" stroke-linecap="round"/></svg>`
