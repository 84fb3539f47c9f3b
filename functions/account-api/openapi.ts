import * as api from '../../shared/api/openapi.ts'
import type { Served } from '../../shared/http/serve.ts'
import { type Services, serve } from './services.ts'

const getOpenApi = serve(api.getOpenApi, async (_, { services }) => ({ status: 200, body: await services.openApi() }))

export const openApiHandlers: readonly Served<Services>[] = [getOpenApi]
