import { z } from 'zod';
import { text } from '../../../variables.js';
import { defineConnection } from '../connection.js';

/** The Jobs API of a Ray head. */
export interface RayConnection {
  address: string;
  token: string | null;
}

export const rayConnection = defineConnection({
  variables: {
    MAINSPRING_RAY_ADDRESS: z
      .url({ protocol: /^https?$/, error: 'an address like http://head:8265' })
      .optional(),
    MAINSPRING_RAY_TOKEN: text.optional(),
  },
  secrets: ['MAINSPRING_RAY_TOKEN'],
  read: ({ MAINSPRING_RAY_ADDRESS, MAINSPRING_RAY_TOKEN }): RayConnection | null =>
    MAINSPRING_RAY_ADDRESS ? { address: MAINSPRING_RAY_ADDRESS, token: MAINSPRING_RAY_TOKEN ?? null } : null,
});
