/** Wakes one listener of this process, who has something to do now; calls while nobody listens are lost. */
export interface Wake {
  wake(): void
  /** @returns stops listening */
  listen(listener: () => void): () => void
}

export function createWake(): Wake {
  let listener: (() => void) | undefined
  return {
    wake: () => listener?.(),
    listen(next) {
      listener = next
      return () => {
        listener = undefined
      }
    },
  }
}
