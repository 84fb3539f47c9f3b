import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { asciiJson } from '../../shared/text/ascii-json.ts'
import { DEFAULT_PURCHASES, readPurchaseSettings } from '../../shared/top-ups/purchase-settings.ts'
import { secret } from './secret.ts'

/** The settings to sell credits: prices, and the secrets of the payment provider. */
export class PaymentSettings extends Construct {
  /** The secret that can pay. */
  readonly secret: Secret
  /** The secret that verifies webhooks: the only one that the public function can read. */
  readonly webhookSecret: Secret
  /** What credits are sold for. */
  readonly purchases: string
  /** The environment of every function that deals with payments. */
  readonly environment: Readonly<Record<string, string>>

  constructor(scope: Construct, id: string, { key }: { readonly key: IKey | undefined }) {
    super(scope, id)
    this.secret = byHand(this, 'PaymentSecret', 'The restricted key of the payment provider', key)
    this.webhookSecret = byHand(this, 'PaymentWebhookSecret', 'The webhook secrets of the payment provider', key)
    const purchases: unknown = scope.node.tryGetContext('purchases') ?? DEFAULT_PURCHASES
    readPurchaseSettings(purchases)
    this.purchases = asciiJson(purchases)
    this.environment = {
      PAYMENT_SECRET_ARN: this.secret.secretArn,
      PURCHASES: this.purchases,
      RETURN_URL: returnUrlOf(this),
    }
  }

  /** Lets a function read the secret that can pay. */
  grant(to: IFunction): void {
    this.secret.grantRead(to)
  }
}

/** A bound for the function's environment, like `SELLER_BYTES`. */
export const RETURN_URL_CHARACTERS = 200

/** Where the provider's pages lead back to. @throws Error that says what is wrong with it */
function returnUrlOf(scope: Construct): string {
  const url = String(scope.node.tryGetContext('returnUrl') ?? 'https://example.com/')
  if (/^https?:\/\/[\x21-\x7e]+$/.test(url) && url.length <= RETURN_URL_CHARACTERS) return url
  throw new Error(`context returnUrl: expected a URL of at most ${RETURN_URL_CHARACTERS} ASCII characters`)
}

/** The content of a secret that was never filled in, so that functions can tell it from a wrong one. */
const NOT_SET = { secretStringTemplate: JSON.stringify({ isSet: false }), generateStringKey: 'madeUp' }

const byHand = (scope: Construct, id: string, what: string, key: IKey | undefined): Secret =>
  secret(scope, id, {
    key,
    description: `${what}; filled in by hand (infra/README.md)`,
    generated: NOT_SET,
    whyByHand: 'the provider makes its keys; they are replaced there and here by hand, two webhook secrets at a time',
  })
