import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { GroschenStack } from './stack.ts'

/**
 * A part of names of resources, some of which have at most 64 characters with AWS's own additions, and of a domain of
 * Cognito, which takes no names of AWS services.
 */
const STAGE = /^(?!.*(?:aws|amazon|cognito))[a-z][a-z0-9-]{0,19}$/

const app = new App()
const stage = String(app.node.tryGetContext('stage') ?? 'dev')
if (STAGE.test(stage)) {
  new GroschenStack(app, `groschen-${stage}`, { stage })
  Validations.of(app).addPlugins(new AwsSolutionsChecks())
  app.synth()
} else {
  const expected =
    'expected 1 to 20 lower-case letters, digits or hyphens, a letter first, and neither aws, amazon nor cognito in it'
  console.error(`--context stage=${JSON.stringify(stage)}: ${expected}, like --context stage=prod`)
  process.exitCode = 2
}
