import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { DEFAULT_PURCHASES, readPurchaseSettings } from '../../shared/top-ups/purchase-settings.ts'

/** What a stage sells credits by: its prices, and the secret of its payment provider. */
export class PaymentSettings extends Construct {
  readonly secret: Secret
  /** What every function gets that deals with payments. */
  readonly environment: Readonly<Record<string, string>>

  constructor(scope: Construct, id: string, { key }: { readonly key: IKey | undefined }) {
    super(scope, id)
    this.secret = new Secret(this, 'PaymentSecret', {
      description: 'The payment provider’s restricted key and webhook secrets; filled in by hand (infra/README.md)',
      removalPolicy: RemovalPolicy.RETAIN,
      ...(key !== undefined && { encryptionKey: key }),
    })
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason: 'the provider makes its keys; they are replaced there and here by hand, two webhook secrets at a time',
    })
    const purchases: unknown = scope.node.tryGetContext('purchases') ?? DEFAULT_PURCHASES
    readPurchaseSettings(purchases)
    this.environment = {
      PAYMENT_SECRET_ARN: this.secret.secretArn,
      PURCHASES: JSON.stringify(purchases),
      RETURN_URL: String(scope.node.tryGetContext('returnUrl') ?? 'https://example.com/'),
    }
  }

  /** Lets a function read the secret, and nothing else about it. */
  grant(to: IFunction): void {
    this.secret.grantRead(to)
  }
}
