import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { GroschenStack } from './stack.ts'

const app = new App()
const stage = String(app.node.tryGetContext('stage') ?? 'dev')
new GroschenStack(app, `groschen-${stage}`, { stage })
Validations.of(app).addPlugins(new AwsSolutionsChecks())
app.synth()
