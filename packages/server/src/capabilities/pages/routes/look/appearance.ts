import type { Texts } from '../texts.ts'

/** What a page needs to look like the application it belongs to, in the language of whoever reads it. */
export interface Look {
  readonly t: Texts
  /** The language of the page (BCP 47), and the direction of its script. */
  readonly lang: string
  readonly direction: 'ltr' | 'rtl'
  /** The path that the issuer's URL has, without a slash at its end: links begin with it. */
  readonly base: string
  readonly application: string
  readonly assets: Assets
  /** The sections of `/account`, in the order of its menu. */
  readonly sections: readonly Section[]
}

/** Paths of what pages load, each with a digest of its content. */
export interface Assets {
  readonly style: string
  readonly icon: string
  readonly theme?: string | undefined
  readonly logo?: string | undefined
}

export interface Section {
  readonly path: string
  readonly label: Parameters<Texts>[0]
}
