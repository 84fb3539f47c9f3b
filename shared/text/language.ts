/** Languages that people are written to in. */
export const languages = ['de', 'en'] as const
export type Language = (typeof languages)[number]
