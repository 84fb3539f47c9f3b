/** JSON in ASCII only. CloudFormation replaces other characters of a template by `?`, and then can't adopt a restored table. */
export const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
