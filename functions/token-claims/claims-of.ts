import * as z from 'zod/mini'
import { ID_CHARACTERS, NAME_CHARACTERS } from '../../shared/usage/limits.ts'
import { accountSchema, nameSchema } from '../../shared/usage/text.ts'

/** Of the user pool's resource server: Cognito writes it before each scope that a client asks for. */
export const RESOURCE_SERVER = 'groschen'

/** The scopes that the platform's own client may ask for. */
export const PLATFORM_SCOPE = 'usage:check'

/** The extra attributes of a person in the user pool. */
export const OWN_ATTRIBUTES = {
  account: { characters: 63 },
  user: { characters: NAME_CHARACTERS },
} as const

interface Group {
  readonly description: string
  readonly scopes: readonly string[]
  /** The attributes that a person of the group must have, and must not have. */
  readonly attributes: readonly (keyof typeof OWN_ATTRIBUTES)[]
}

/** The scopes of a person, by their one group. */
export const groups = {
  operators: {
    description: 'They run the platform: every account, every route',
    scopes: ['account:read', 'account:admin', 'usage:check', 'operate'],
    attributes: [],
  },
  admins: {
    description: 'They run one account: custom:account says which',
    scopes: ['account:read', 'account:admin'],
    attributes: ['account'],
  },
  members: {
    description: 'They see their own use: custom:account and custom:user say whose',
    scopes: ['own:read'],
    attributes: ['account', 'user'],
  },
} as const satisfies Readonly<Record<string, Group>>

const schemas = { account: accountSchema, user: nameSchema }

const eventSchema = z.object({
  triggerSource: z.string(),
  request: z.object({
    userAttributes: z.nullish(z.record(z.string(), z.string())),
    groupConfiguration: z.nullish(
      z.object({ groupsToOverride: z.nullish(z.array(z.string().check(z.maxLength(ID_CHARACTERS)))) }),
    ),
    scopes: z.nullish(z.array(z.string())),
  }),
})

/** The claims that an access token gets beside Cognito's own. */
export interface Claims {
  readonly scopes: readonly string[]
  readonly claims: Readonly<Partial<Record<keyof typeof OWN_ATTRIBUTES, string>>>
}

/** The user pool is not set up as it must be: no token is given. */
class NoToken extends Error {
  readonly code = 'tokens.refused'
}

/**
 * The claims of a token, by Cognito's event before it issues one (version 3).
 *
 * A client gets the scopes that Cognito let it ask for; a person gets those of their group, with the account and the user that the
 * attributes name. A person in no group gets no scopes.
 *
 * @throws NoToken where groups and attributes contradict each other: an admin must never get a token without `account` by mistake
 */
export function claimsOf(event: unknown): Claims {
  const { data } = eventSchema.safeParse(event)
  if (data === undefined) throw new NoToken('this is no event of a user pool before a token')
  const { triggerSource, request } = data
  if (triggerSource === 'TokenGeneration_ClientCredentials')
    return {
      scopes: (request.scopes ?? []).includes(`${RESOURCE_SERVER}/${PLATFORM_SCOPE}`) ? [PLATFORM_SCOPE] : [],
      claims: {},
    }

  const own = Object.entries<Group>(groups).filter(([name]) =>
    request.groupConfiguration?.groupsToOverride?.includes(name),
  )
  const [[name, group] = [], ...others] = own
  if (name === undefined || group === undefined) return { scopes: [], claims: {} }
  if (others.length > 0)
    throw new NoToken(`a person is in one of the groups ${Object.keys(groups).join(', ')}, not in more`)
  return { scopes: group.scopes, claims: attributesOf(name, group, request.userAttributes ?? {}) }
}

function attributesOf(name: string, { attributes }: Group, held: Readonly<Record<string, string>>): Claims['claims'] {
  const found: Partial<Record<keyof typeof OWN_ATTRIBUTES, string>> = {}
  for (const attribute of ['account', 'user'] as const) {
    const value = held[`custom:${attribute}`]
    const isWanted = attributes.includes(attribute)
    if (!isWanted && value === undefined) continue
    if (!isWanted) throw new NoToken(`one of the group ${name} has no custom:${attribute}`)
    const { data } = schemas[attribute].safeParse(value)
    if (data === undefined)
      throw new NoToken(`one of the group ${name} needs a custom:${attribute} as the ledger knows it`)
    found[attribute] = data
  }
  return found
}
