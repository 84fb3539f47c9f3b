import type { PreTokenGenerationV2TriggerEvent, PreTokenGenerationV3TriggerEvent } from 'aws-lambda'
import { claimsOf } from './claims-of.ts'

type TokenEvent = PreTokenGenerationV2TriggerEvent | PreTokenGenerationV3TriggerEvent

/** Cognito, before it issues a token → the same event, with our scopes and claims in the access token. */
export const handler = async (event: TokenEvent): Promise<TokenEvent> => {
  const { scopes, claims } = claimsOf(event)
  const accessTokenGeneration = { scopesToAdd: [...scopes], claimsToAddOrOverride: { ...claims } }
  return { ...event, response: { claimsAndScopeOverrideDetails: { accessTokenGeneration } } } as TokenEvent
}
