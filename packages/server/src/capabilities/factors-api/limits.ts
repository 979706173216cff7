/** How many confirmed factors an account has at most. */
export const mostFactors = 20
