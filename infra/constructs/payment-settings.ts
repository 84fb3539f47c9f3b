import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { DEFAULT_PURCHASES, readPurchaseSettings } from '../../shared/top-ups/purchase-settings.ts'

/** What a stage sells credits by: its prices, and the secrets of its payment provider. */
export class PaymentSettings extends Construct {
  /** What pays. */
  readonly secret: Secret
  /** What webhooks are known by: the function that everybody can call reads nothing else. */
  readonly webhookSecret: Secret
  /** What every function gets that deals with payments. */
  readonly environment: Readonly<Record<string, string>>

  constructor(scope: Construct, id: string, { key }: { readonly key: IKey | undefined }) {
    super(scope, id)
    this.secret = byHand(this, 'PaymentSecret', 'The payment provider’s restricted key', key)
    this.webhookSecret = byHand(this, 'PaymentWebhookSecret', 'The payment provider’s webhook secrets', key)
    const purchases: unknown = scope.node.tryGetContext('purchases') ?? DEFAULT_PURCHASES
    readPurchaseSettings(purchases)
    this.environment = {
      PAYMENT_SECRET_ARN: this.secret.secretArn,
      PURCHASES: JSON.stringify(purchases),
      RETURN_URL: String(scope.node.tryGetContext('returnUrl') ?? 'https://example.com/'),
    }
  }

  /** Lets a function read what pays, and nothing else about it. */
  grant(to: IFunction): void {
    this.secret.grantRead(to)
  }
}

function byHand(scope: Construct, id: string, what: string, key: IKey | undefined): Secret {
  const secret = new Secret(scope, id, {
    description: `${what}; filled in by hand (infra/README.md)`,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(key !== undefined && { encryptionKey: key }),
  })
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions::AwsSolutions-SMG4',
    reason: 'the provider makes its keys; they are replaced there and here by hand, two webhook secrets at a time',
  })
  return secret
}
