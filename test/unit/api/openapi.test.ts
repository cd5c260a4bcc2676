import { validate } from '@readme/openapi-parser';
import { describe, expect, it } from 'vitest';
import { openApi } from '../../../api/openapi.js';
import { allOperations } from '../../../operations/index.js';
import { anApi } from './support.js';

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const result = await validate(structuredClone(openApi()) as never);
    expect(result).toMatchObject({ valid: true });
  });

  it('has every operation, with its answer and its errors', () => {
    const { paths } = openApi() as { paths: Record<string, Record<string, { operationId: string }>> };
    const documented = Object.values(paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(documented.sort()).toEqual(
      [...allOperations.map(({ name }) => name), 'artifacts.download', 'artifacts.upload'].sort(),
    );
  });

  it('is served, and the page that shows it loads nothing from elsewhere', async () => {
    const { api } = await anApi();
    expect((await api.inject('/v1/openapi.json')).json()).toMatchObject({ openapi: '3.1.0' });
    const page = await api.inject('/docs/');
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('swagger-ui');
    expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//);
    const script = /src="([^"]*bundle[^"]*)"/.exec(page.body)?.[1] ?? '';
    expect((await api.inject(new URL(script, 'http://x/docs/').pathname)).statusCode).toBe(200);
  });
});
