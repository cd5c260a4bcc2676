// The gateway with one model.
import { serve } from './serve.js';
import { MODEL, modelPath, report } from './served.js';

report(await serve({ [MODEL]: modelPath }));
