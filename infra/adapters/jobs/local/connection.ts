import { defineConnection } from '../connection.js';

/** Every installation runs jobs on its own machine. */
export const localConnection = defineConnection({
  variables: {},
  secrets: [],
  read: (): Record<string, never> => ({}),
});
